# SPDX-License-Identifier: GPL-3.0-or-later
"""Latency from mouth to ear: two phones in a call, each with a microphone and an ear of a private
PulseAudio whose device is a null sink. All four are channels of that one sink, so that one recording
holds what was said and what was heard with no clock between them.
"""
import array
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

RATE = 48000
CHANNELS = ("front-left", "front-right", "rear-left", "rear-right")
MOUTHS = {"a": 0, "b": 2}
EARS = {"a": 1, "b": 3}
BURST = 0.03  # s
EVERY = 0.7


class Server:
    """Sinks mouth-a, ear-a, mouth-b, ear-b; the sources mic-a and mic-b hear the mouths."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tandem-bench-sound-"))
        self.folder.chmod(0o700)
        self.path = self.folder / "native"
        self.environment = {"HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder),
                            "PATH": "/usr/bin:/bin", "PULSE_SERVER": f"unix:{self.path}", "LC_ALL": "C.UTF-8"}
        modules = [f"module-null-sink sink_name=room rate={RATE} channels=4 channel_map={','.join(CHANNELS)}",
                   f"module-native-protocol-unix auth-anonymous=1 socket={self.path}"]
        for names, kind in ((MOUTHS, "mouth"), (EARS, "ear")):
            modules += [f"module-remap-sink sink_name={kind}-{who} master=room channels=1 channel_map=mono "
                        f"master_channel_map={CHANNELS[channel]} remix=no" for who, channel in names.items()]
        modules += [f"module-remap-source source_name=mic-{who} master=room.monitor channels=1 channel_map=mono "
                    f"master_channel_map={CHANNELS[channel]} remix=no" for who, channel in MOUTHS.items()]
        arguments = [word for module in modules for word in ("-L", module)]
        server = {name: value for name, value in self.environment.items() if name != "PULSE_SERVER"}
        self.process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--disallow-exit",
             "--exit-idle-time=-1", *arguments],
            env=server, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 15
        while subprocess.run(["pactl", "info"], env=self.environment, capture_output=True,
                             check=False).returncode:
            if time.monotonic() > end or self.process.poll() is not None:
                self.__exit__()
                raise TimeoutError("the sound server does not start")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def of(self, who):
        """What makes a phone that person's: its default devices."""
        return {"PULSE_SERVER": f"unix:{self.path}", "PULSE_SINK": f"ear-{who}", "PULSE_SOURCE": f"mic-{who}"}

    def speak(self, seconds, who):
        """Bursts of noise from one mouth; a recording of the whole room (4 channels interleaved)."""
        wave, state = array.array("h"), 12345
        period = int(RATE * EVERY)
        for _ in range(int(seconds / EVERY)):
            for n in range(period):
                state = (state * 1103515245 + 12345) & 0x7FFFFFFF
                wave.append(((state >> 8) & 0x3FFF) - 0x2000 if n < RATE * BURST else 0)
        said = self.folder / "said.raw"
        said.write_bytes(wave.tobytes())
        heard = self.folder / "heard.raw"
        with open(heard, "wb") as out:
            recorder = subprocess.Popen(
                ["parec", "--raw", "--device=room.monitor", f"--rate={RATE}", "--channels=4", "--format=s16le",
                 f"--channel-map={','.join(CHANNELS)}", "--latency-msec=200"], env=self.environment, stdout=out)
        time.sleep(0.5)
        try:
            subprocess.run(["pacat", "--raw", "--playback", f"--device=mouth-{who}", f"--rate={RATE}",
                            "--channels=1", "--format=s16le", "--latency-msec=100", str(said)],
                           env=self.environment, check=True, timeout=seconds + 20)
            time.sleep(1)
        finally:
            recorder.terminate()
            recorder.wait(5)
        samples = array.array("h")
        data = heard.read_bytes()
        samples.frombytes(data[:len(data) // 8 * 8])
        return samples


def onsets(samples, channel):
    """Seconds at which sound begins: louder than a quarter of the loudest, after 0.2 s of less."""
    values = samples[channel::len(CHANNELS)]
    peak = max(map(abs, values), default=0)
    if peak < 300:
        return []
    found, quiet_since = [], -RATE
    for at, value in enumerate(values):
        if abs(value) > peak / 4:
            if at - quiet_since > RATE * 0.2:
                found.append(at / RATE)
            quiet_since = at
    return found


def latencies(samples, speaker, listener):
    """Seconds of each burst from the one's mouth to the other's ear."""
    ear = onsets(samples, EARS[listener])
    result = []
    for said in onsets(samples, MOUTHS[speaker]):
        heard = next((at for at in ear if 0 <= at - said < EVERY * 0.95), None)
        if heard is not None:
            result.append(heard - said)
    return result


def describe(values):
    return {"median": statistics.median(values), "best": min(values), "worst": max(values), "n": len(values)}
