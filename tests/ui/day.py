#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day at the desk with the real program, through the accessibility bus and against the practice exchange: an agent
answers, holds, swaps, makes a conference, asks a colleague, transfers, presses keys in a menu, misses a call, calls
back, writes a note, and does not want to be disturbed. Prints TAP.

usage: day.py TANDEM TANDEM-EXCHANGE
"""
import os
import sys

from desk import Program, run

SETTINGS = """[org/tandemphone/Tandem/calls]
reject-when-busy=false
calls-for-busy=uint32 10

[org/tandemphone/Tandem/directory]
colleagues=[('206', 'Sample Colleague')]
"""
ENTRY = "Name, number or SIP address"


class Day(Program):
    def __init__(self, program, exchange, desktop, home):
        folder = home + "/config/glib-2.0/settings"
        os.makedirs(folder)
        with open(folder + "/keyfile", "w") as file:
            file.write(SETTINGS)
        os.environ["GSETTINGS_BACKEND"] = "keyfile"
        super().__init__(program, exchange, desktop, home)

    def text(self, value):
        return self.desktop.glib.Variant("s", value)

    def texts(self, *values):
        return self.desktop.glib.Variant("(ss)", values)

    def calls(self, predicate, what):
        """Waits until the phone's calls are so; returns them by number."""
        status = self.desktop.wait_status(lambda s: predicate({c["peer"]: c for c in s["calls"]}), what)
        return {c["peer"]: c for c in status["calls"]}

    def page(self):
        return self.desktop.page_of("Mute", ENTRY)

    def dial(self, number):
        self.desktop.action("call", self.text(number))

    def is_called_by(self, number):
        assert self.exchange("call-me " + number)["ok"]
        return self.calls(lambda c: number in c and c[number]["state"] == "ringing-here", number + " rings")

    def end_all(self):
        assert self.exchange("hang-up")["ok"]
        self.calls(lambda c: not c, "all calls are over")

    def begins(self):
        self.desktop.wait_status(lambda s: s["accounts"] and s["accounts"][0]["registered"], "registered")
        self.desktop.reads("Registered")

    def sees_that_the_colleague_is_free(self):
        self.desktop.wait_status(lambda s: [c["state"] for c in s["colleagues"]] == ["available"], "the colleague")

    def answers_a_caller(self):
        self.is_called_by("200")
        self.desktop.press("Answer")
        self.calls(lambda c: c["200"]["state"] == "connected", "connected")
        self.desktop.reads("In Call")

    def hears_the_caller(self):
        self.desktop.wait_status(self.tone(), "the caller")

    def holds_and_retrieves(self):
        self.desktop.action("toggle-hold", self.text(""))
        self.calls(lambda c: c["200"]["hold"] == "local", "held")
        self.desktop.reads("On hold")
        self.desktop.action("toggle-hold", self.text(""))
        self.calls(lambda c: c["200"]["hold"] == "none", "retrieved")

    def lets_a_second_call_wait(self):
        calls = self.is_called_by("204")
        assert calls["200"]["state"] == "connected" and calls["200"]["hold"] == "none", calls

    def answers_it_too(self):
        self.desktop.action("answer", self.text(""))
        self.calls(lambda c: c["204"]["state"] == "connected" and c["200"]["hold"] == "local", "the first one held")

    def swaps(self):
        self.desktop.action("swap", self.text(""))
        self.calls(lambda c: c["200"]["hold"] == "none" and c["204"]["hold"] == "local", "swapped")

    def makes_a_conference(self):
        self.desktop.press("Merge")
        self.calls(lambda c: c["200"]["in_conference"] and c["204"]["in_conference"], "the conference")
        self.desktop.reads("Conference of 3")

    def mutes_one_party(self):
        calls = self.calls(lambda c: len(c) == 2, "both")
        self.desktop.action("mute-party", self.texts(calls["204"]["id"], "on"))
        self.calls(lambda c: c["204"]["party_muted"] and not c["200"]["party_muted"], "one muted")

    def splits_it(self):
        self.desktop.press("Split")
        self.calls(lambda c: not c["200"]["in_conference"] and not c["204"]["in_conference"]
                   and sorted((c["200"]["hold"], c["204"]["hold"])) == ["local", "none"], "split, and one held")
        self.end_all()

    def asks_somebody_first(self):
        self.dial("200")
        self.calls(lambda c: "200" in c and c["200"]["state"] == "connected", "connected")
        self.desktop.press("Transfer")
        self.desktop.type_into("Transfer to: name, number or SIP address", "204")
        self.desktop.press("Consult First")
        calls = self.calls(lambda c: "204" in c and c["204"]["state"] == "connected" and c["200"]["hold"] == "local",
                           "the consultation")
        assert calls["204"]["consults"] == calls["200"]["id"], calls

    def completes_the_transfer(self):
        self.desktop.press("Complete Transfer")
        self.calls(lambda c: not c, "both have left")

    def transfers_to_a_busy_number(self):
        self.dial("200")
        self.calls(lambda c: "200" in c and c["200"]["state"] == "connected", "connected")
        self.desktop.press("Transfer")
        self.desktop.type_into("Transfer to: name, number or SIP address", "201")
        self.desktop.press("Transfer Now")
        self.calls(lambda c: c["200"]["transfer"] == "failed" and c["200"]["hold"] == "local", "the call is back")
        self.desktop.reads("Busy")

    def transfers_to_another(self):
        self.desktop.action("retrieve", self.text(""))
        self.calls(lambda c: c["200"]["hold"] == "none", "retrieved")
        self.desktop.action("transfer", self.texts("", "204"))
        self.calls(lambda c: not c, "the caller has left")

    def presses_keys_in_a_menu(self):
        self.dial("205")
        self.calls(lambda c: "205" in c and c["205"]["state"] == "connected", "connected")
        self.desktop.wait_status(self.tone(), "the menu's tone")
        self.desktop.press("Keypad")
        self.desktop.press("7", self.page())
        self.wait_exchange(lambda s: s["digits"].endswith("7"), "the key at the exchange")
        self.desktop.wait_status(lambda s: not self.tone()(s), "another tone")

    def writes_a_note(self):
        self.desktop.action("note", self.texts("", "asked for the price list"))
        self.calls(lambda c: c["205"]["note"] == "asked for the price list", "the note")
        self.end_all()

    def misses_a_call(self):
        before = self.desktop.status()["missed_calls"]
        self.is_called_by("203")
        assert self.exchange("hang-up")["ok"]
        self.desktop.wait_status(lambda s: not s["calls"] and s["missed_calls"] == before + 1, "a missed call")

    def calls_back(self):
        self.desktop.type_into(ENTRY, "204")
        self.desktop.press("Call")
        self.calls(lambda c: "204" in c and c["204"]["state"] == "connected", "connected")
        self.end_all()

    def does_not_want_to_be_disturbed(self):
        self.desktop.action("dnd", self.text("on"))
        self.desktop.reads("Do not disturb")
        seen = self.exchange("status")["calls"]
        assert self.exchange("call-me 200")["ok"]
        self.wait_exchange(lambda s: s["calls"] == seen + 1 and not s["dialogs"], "refused")
        assert not self.desktop.status()["calls"]

    def is_there_again(self):
        self.desktop.action("dnd", self.text("off"))
        self.is_called_by("200")
        self.end_all()

    def sees_the_colleague_ring(self):
        assert self.exchange("colleague ringing")["ok"]
        self.desktop.wait_status(lambda s: [c["state"] for c in s["colleagues"]] == ["ringing"], "ringing there")

    def picks_that_call_up(self):
        self.desktop.action("pick-up", self.text("206"))
        self.desktop.wait_status(lambda s: [c["state"] for c in s["calls"]] == ["connected"], "picked up")
        self.desktop.wait_status(lambda s: [c["state"] for c in s["colleagues"]] == ["available"], "free again")
        self.end_all()

    def is_answered_by_the_server(self):
        self.is_called_by("204")
        self.wait_exchange(lambda s: any(p["received"].get("180 INVITE") for p in s["proxies"]), "it rings")
        assert self.exchange("steer talk")["ok"]
        self.calls(lambda c: c["204"]["state"] == "connected", "answered from afar")
        assert self.exchange("steer hold")["ok"]
        self.calls(lambda c: c["204"]["hold"] == "local", "held from afar")
        self.end_all()

    def loses_its_proxy_during_a_consultation(self):
        """High availability holds here too."""
        self.dial("200")
        self.calls(lambda c: "200" in c and c["200"]["state"] == "connected", "connected")
        proxy = self.exchange("status")["dialogs"][0]["proxy"]
        assert self.exchange("silence " + proxy)["ok"]
        self.desktop.action("transfer", self.texts("", "204"))
        self.calls(lambda c: not c, "transferred over another proxy")
        assert self.exchange("restore " + proxy)["ok"]


STEPS = ("begins", "sees_that_the_colleague_is_free", "answers_a_caller", "hears_the_caller", "holds_and_retrieves",
         "lets_a_second_call_wait", "answers_it_too", "swaps", "makes_a_conference", "mutes_one_party", "splits_it",
         "asks_somebody_first", "completes_the_transfer", "transfers_to_a_busy_number", "transfers_to_another",
         "presses_keys_in_a_menu", "writes_a_note", "misses_a_call", "calls_back", "does_not_want_to_be_disturbed",
         "is_there_again", "sees_the_colleague_ring", "picks_that_call_up", "is_answered_by_the_server",
         "loses_its_proxy_during_a_consultation", "quits")

if __name__ == "__main__":
    sys.exit(run(STEPS, Day))
