# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kamailio presence server beside the registrar, and somebody who publishes to it."""
import os
import random
import shutil
import socket

from pool import COMMON, DOMAIN, MODULES, PORT, Kamailio, Skip

TABLES = "/usr/share/kamailio/dbtext/kamailio"
NEEDED = ("presence.so", "presence_xml.so", "presence_dialoginfo.so", "db_text.so")

PRESENCE = COMMON + """
disable_tcp=yes
loadmodule "db_text.so"
loadmodule "presence.so"
loadmodule "presence_xml.so"
loadmodule "presence_dialoginfo.so"
modparam("presence|presence_xml", "db_url", "text://{folder}/presence.db")
modparam("presence", "server_address", "sip:{ip}:{port}")
modparam("presence", "subs_db_mode", 0)
modparam("presence", "notifier_processes", 0)
modparam("presence", "send_fast_notify", 1)
modparam("presence_xml", "force_active", 1)
modparam("presence_xml", "disable_xcapdiff", 1)
listen=udp:{ip}:{port}
alias="{domain}"
request_route {{
  xlog("L_ALERT", "LAB|$TV(Sn)|in|$rm|$ci|$si:$sp|$cs|$proto|$ru|$hdr(Route)\\n");
  if (is_method("OPTIONS")) {{ sl_send_reply("200", "OK"); exit; }}
  if (has_totag()) loose_route();
  if (is_method("PUBLISH")) {{ handle_publish(); exit; }}
  if (is_method("SUBSCRIBE")) {{ handle_subscribe(); exit; }}
  if (!is_method("ACK")) sl_send_reply("405", "Method Not Allowed");
}}
"""


class Presence(Kamailio):
    def __init__(self, pool):
        if not all(os.path.exists(f"{MODULES}/{name}") for name in NEEDED) or not os.path.isdir(TABLES):
            raise Skip("Kamailio's presence modules are not installed")
        super().__init__("presence", f"127.7.{pool.net}.21", pool.folder, PRESENCE, domain=DOMAIN)
        shutil.rmtree(f"{pool.folder}/presence.db", ignore_errors=True)
        shutil.copytree(TABLES, f"{pool.folder}/presence.db")
        for table in ("active_watchers", "presentity", "watchers"):
            self.empty(f"{pool.folder}/presence.db/{table}")
        self.start()

    @staticmethod
    def empty(path):
        with open(path, encoding="utf-8") as file:
            head = file.readline()
        os.chmod(path, 0o600)
        with open(path, "w", encoding="utf-8") as file:
            file.write(head)

    def publish(self, user, event, kind, text, etag=None):
        """Returns the entity tag; the answer has to be 200."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind((self.ip.rsplit(".", 1)[0] + ".91", 0))
            one.settimeout(3)
            host, port = one.getsockname()
            unique = random.getrandbits(32)
            match = f"SIP-If-Match: {etag}\r\n" if etag else ""
            one.sendto((f"PUBLISH sip:{user}@{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{unique};rport\r\n"
                        f"From: <sip:{user}@{DOMAIN}>;tag={unique}\r\nTo: <sip:{user}@{DOMAIN}>\r\nCall-ID: {unique}\r\n"
                        f"CSeq: 1 PUBLISH\r\nMax-Forwards: 10\r\nEvent: {event}\r\nExpires: 600\r\n{match}"
                        f"Content-Type: {kind}\r\nContent-Length: {len(text)}\r\n\r\n{text}").encode(), (self.ip, PORT))
            answer = one.recv(65535).decode()
        assert answer.startswith("SIP/2.0 200"), answer
        return next(line.split(":", 1)[1].strip() for line in answer.splitlines() if line.startswith("SIP-ETag"))

    def publish_dialog(self, user, state, etag=None):
        text = (f'<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="full" '
                f'entity="sip:{user}@{DOMAIN}"><dialog id="d1" call-id="sample" local-tag="a" remote-tag="b" '
                f'direction="recipient"><state>{state}</state><remote><identity display="Sample Caller">'
                f'sip:caller@{DOMAIN}</identity></remote></dialog></dialog-info>')
        return self.publish(user, "dialog", "application/dialog-info+xml", text, etag)

    def publish_presence(self, user, basic, activity="", etag=None):
        inside = f"<rpid:activities><rpid:{activity}/></rpid:activities>" if activity else ""
        text = (f'<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" '
                f'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" '
                f'entity="sip:{user}@{DOMAIN}"><tuple id="t"><status><basic>{basic}</basic></status></tuple>'
                f'<dm:person id="p">{inside}<dm:note>Sample note</dm:note></dm:person></presence>')
        return self.publish(user, "presence", "application/pidf+xml", text, etag)
