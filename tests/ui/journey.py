#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer's first minutes with the real program, through the accessibility bus: practice, a call
to the echo, a digit, a proxy that falls silent, and a call answered in its notification. Prints TAP.

usage: journey.py TANDEM TANDEM-EXCHANGE
"""
import os
import subprocess
import sys

from desk import DEADLINE, Program, run


class Journey(Program):
    def registers(self):
        self.desktop.wait_status(lambda s: s["accounts"] and s["accounts"][0]["registered"], "registered")
        self.desktop.reads("Registered")
        assert self.exchange("status")["registrations"]

    def calls_the_echo(self):
        self.desktop.type_into("Name, number or SIP address", "200")
        self.desktop.press("Call")
        self.desktop.reads("In Call")
        self.wait_exchange(lambda s: [d["state"] for d in s["dialogs"]] == ["up"], "the call at the exchange")

    def hears_its_own_tone(self):
        status = self.desktop.wait_status(self.tone(), "the tone that went out comes back")
        rtp = status["calls"][0]["rtp"]
        assert rtp["packets_sent"] > 10 and rtp["packets_received"] > 10, rtp

    def mutes(self):
        self.desktop.press("Mute")
        self.desktop.wait_status(lambda s: s["calls"][0]["muted"] and not self.tone()(s), "nothing comes back")
        self.desktop.press("Mute")
        self.desktop.wait_status(self.tone(), "the tone is back")

    def holds_and_retrieves(self):
        self.desktop.press("Hold", self.desktop.page_of("Mute", "Name, number or SIP address"))
        self.desktop.reads("On hold")
        self.desktop.wait_status(lambda s: s["calls"][0]["hold"] == "local" and not self.tone()(s), "silence on hold")
        self.desktop.press("Retrieve", self.desktop.page_of("Mute", "Name, number or SIP address"))
        self.desktop.wait_status(lambda s: s["calls"][0]["hold"] == "none" and self.tone()(s), "the tone is back")

    def sends_a_digit(self):
        self.desktop.press("Keypad")
        page = self.desktop.page_of("Mute", "Name, number or SIP address")
        self.desktop.press("5", page)
        self.wait_exchange(lambda s: s["digits"] == "5", "the digit at the exchange")

    def hangs_up_while_its_proxy_is_silent(self):
        dialog = self.exchange("status")["dialogs"][0]
        assert self.exchange("silence " + dialog["proxy"])["ok"]
        page = self.desktop.page_of("Mute", "Name, number or SIP address")
        self.desktop.press("Hang Up", page)
        self.desktop.wait_status(lambda s: not s["calls"], "the call is gone")
        status = self.wait_exchange(lambda s: s["last_bye"], "the far end's BYE")
        assert status["last_bye"]["call_id"] == dialog["call_id"], status["last_bye"]
        assert status["last_bye"]["proxy"] != dialog["proxy"], status["last_bye"]
        assert not status["dialogs"]
        silent = next(p for p in status["proxies"] if p["address"] == dialog["proxy"])
        # A probe may have found it dead before the button was pressed; then nothing is lost on it.
        assert silent["dropped"].get("BYE") or silent["dropped"].get("OPTIONS"), silent

    def answers_in_the_notification(self):
        self.desktop.wait_status(lambda s: s["accounts"][0]["registered"], "registered again")
        before = len(self.desktop.shown)
        assert self.exchange("call-me")["ok"]
        shown = self.desktop.wait(lambda: [n for n in self.desktop.shown[before:] if "Answer" in n["actions"]],
                                  "a notification with Answer")[0]
        assert "Calls Back" in shown["title"] and "Decline" in shown["actions"], shown
        assert shown["hints"].get("urgency") == 2, shown
        self.desktop.press_notification(shown, "Answer")
        self.wait_exchange(lambda s: [d["state"] for d in s["dialogs"]] == ["up"], "the call at the exchange")
        self.desktop.wait_status(lambda s: s["calls"] and s["calls"][0]["state"] == "connected", "connected")
        self.desktop.reads("In Call")
        self.desktop.wait(lambda: shown["id"] in self.desktop.closed, "the notification is withdrawn")
        self.desktop.wait_status(self.tone(), "the exchange's tone")

    def far_end_hangs_up(self):
        assert self.exchange("hang-up")["ok"]
        self.desktop.wait_status(lambda s: not s["calls"], "the call is gone")

    def goes_on_without_its_window(self):
        before = len(self.desktop.shown)
        self.desktop.press("Close")
        shown = self.desktop.wait(lambda: [n for n in self.desktop.shown[before:] if "Goes On" in n["title"]],
                                  "what becomes of the phone")[0]
        assert "Quit" in shown["actions"], shown
        self.desktop.wait(lambda: not self.desktop.nodes("Keypad"), "the window is gone")
        self.desktop.wait_status(lambda s: s["accounts"][0]["registered"], "still registered")
        self.desktop.action("show")
        self.desktop.reads("Registered")

    def switch(self, name):
        """A row's. GTK's releases differ in how often they say its name."""
        roles = (self.desktop.atspi.Role.CHECK_BOX, self.desktop.atspi.Role.TOGGLE_BUTTON)
        root = self.desktop.application()
        root.clear_cache()
        return next((node for node in self.desktop.walk(root) if node.get_role() in roles and name in node.get_name()),
                    None)

    def is_on(self, switch):
        switch.clear_cache()
        return switch.get_state_set().contains(self.desktop.atspi.StateType.CHECKED)

    def starts_with_the_session(self):
        """And does not say so where it cannot."""
        folder = os.path.join(self.env["XDG_CONFIG_HOME"], "autostart")
        file = os.path.join(folder, "org.tandemphone.Tandem.desktop")
        self.desktop.action("preferences", self.desktop.glib.Variant("s", "desk"))
        switch = self.desktop.wait(lambda: self.switch("Start with the session"), "the switch")
        assert not self.is_on(switch)
        switch.do_action(0)
        self.desktop.wait(lambda: os.path.exists(file), "the file of the session")
        assert self.is_on(switch)
        with open(file) as text:
            assert "--background" in text.read()
        switch.do_action(0)
        self.desktop.wait(lambda: not os.path.exists(file), "no file of the session")
        os.rmdir(folder)
        with open(folder, "w"):
            switch.do_action(0)
            self.desktop.wait(lambda: folder in self.output(), "why it cannot")
            self.desktop.wait(lambda: not self.is_on(switch), "it is off again")
        os.unlink(folder)
        self.desktop.press("Close", self.desktop.nodes("Preferences")[0])

    def is_steered_by_the_command_line(self):
        def run(*arguments):
            return subprocess.run([self.program, *arguments], env=self.env, capture_output=True, text=True,
                                  timeout=DEADLINE, stdin=subprocess.DEVNULL)
        result = run("--call", "204")
        assert result.returncode == 0, result
        self.desktop.wait_status(self.tone(), "the exchange's tone")
        result = run("--hangup")
        assert result.returncode == 0, result
        result = run("--hangup")
        assert result.returncode != 0 and result.stderr, result
        self.desktop.wait_status(lambda s: not s["calls"], "the call is gone")

    def practises_failover(self):
        """What the popover's buttons do: the proxy in use falls silent, the phone registers elsewhere."""
        for proxy in self.exchange("status")["proxies"][:3]:
            self.exchange("restore " + proxy["address"])
        before = self.desktop.status()["accounts"][0]["candidate"]
        self.desktop.action("silence-proxy")
        silent = self.wait_exchange(lambda s: [p["address"] for p in s["proxies"] if p["silent"]], "silence")
        assert [p["address"] for p in silent["proxies"] if p["silent"]][0] in before, (before, silent["proxies"])
        self.desktop.action("register-again")
        status = self.desktop.wait_status(lambda s: s["accounts"][0]["registered"]
                                          and s["accounts"][0]["candidate"] != before, "registered elsewhere")
        address = status["accounts"][0]["candidate"].partition(":")[2]
        self.desktop.wait(lambda: any("Registered" in name and address.split(":")[0] in name
                                      for name in self.desktop.names()), "the window names the proxy")

    def rehearses_failover(self):
        """The dialog: the phone itself stops hearing the proxy in use, and each kind of message finds a way."""
        for proxy in self.exchange("status")["proxies"][:3]:
            self.exchange("restore " + proxy["address"])
        self.desktop.action("use-again", self.desktop.glib.Variant("s", ""))
        self.desktop.action("register-again")
        self.desktop.wait_status(lambda s: s["accounts"][0]["registered"], "registered")
        self.desktop.action("practise-failover", window=True)
        self.desktop.press("Start Practising")
        self.desktop.reads("Progress")
        self.desktop.reads("Save Report…", 120, pause=2)
        rows = [name for name in self.desktop.names() if ", Passed, " in name or ", Too slow, " in name
                or ", Did not recover, " in name]
        # How fast it is on a busy machine is measured elsewhere.
        assert not [row for row in rows if "Did not recover" in row], rows
        for operation in ("REGISTER", "INVITE", "CANCEL", "200 OK", "re-INVITE", "INFO", "BYE"):
            assert any(row.startswith(operation + ",") for row in rows), rows
        self.desktop.wait_status(lambda s: not s["calls"] and s["accounts"][0]["registered"], "all is as before")

    def stops_practising(self):
        """Without an account of one's own the way leads to where one is entered."""
        self.desktop.action("stop-practice")
        self.desktop.wait_status(lambda s: not s["accounts"], "no account")
        self.desktop.reads("Connect")
        self.desktop.type_into("User or number", "1002")


STEPS = ("registers", "calls_the_echo", "hears_its_own_tone", "mutes", "holds_and_retrieves",
         "sends_a_digit", "hangs_up_while_its_proxy_is_silent", "answers_in_the_notification", "far_end_hangs_up",
         "goes_on_without_its_window", "starts_with_the_session", "is_steered_by_the_command_line", "practises_failover", "rehearses_failover", "stops_practising", "quits")

if __name__ == "__main__":
    sys.exit(run(STEPS, Journey))
