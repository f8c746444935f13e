#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small org.freedesktop.secrets for peers that register only with a password from a secret service.
It gives one and the same password for whatever is asked, on a private bus. Never for a real session.
"""
import sys

from gi.repository import Gio, GLib

PATH = "/org/freedesktop/secrets"
ITEM = PATH + "/collection/login/1"
XML = """<node>
<interface name="org.freedesktop.Secret.Service">
 <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/>
  <arg type="v" direction="out"/><arg type="o" direction="out"/></method>
 <method name="SearchItems"><arg type="a{ss}" direction="in"/>
  <arg type="ao" direction="out"/><arg type="ao" direction="out"/></method>
 <method name="Unlock"><arg type="ao" direction="in"/>
  <arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
 <method name="GetSecrets"><arg type="ao" direction="in"/><arg type="o" direction="in"/>
  <arg type="a{o(oayays)}" direction="out"/></method>
 <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
 <property name="Collections" type="ao" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Session"><method name="Close"/></interface>
<interface name="org.freedesktop.Secret.Item">
 <property name="Locked" type="b" access="read"/>
 <property name="Attributes" type="a{ss}" access="read"/>
 <property name="Label" type="s" access="read"/>
 <property name="Created" type="t" access="read"/>
 <property name="Modified" type="t" access="read"/>
</interface>
</node>"""
PROPERTIES = {
    "Collections": GLib.Variant("ao", []), "Locked": GLib.Variant("b", False),
    "Attributes": GLib.Variant("a{ss}", {}), "Label": GLib.Variant("s", "bench"),
    "Created": GLib.Variant("t", 0), "Modified": GLib.Variant("t", 0),
}


def main(password):
    loop = GLib.MainLoop()
    sessions = 0

    def called(connection, _sender, _path, _interface, method, parameters, invocation):
        nonlocal sessions
        if method == "OpenSession":
            algorithm, _ = parameters.unpack()
            if algorithm != "plain":
                invocation.return_dbus_error("org.freedesktop.DBus.Error.NotSupported", "only plain")
                return
            sessions += 1
            path = f"{PATH}/session/{sessions}"
            connection.register_object(path, node.interfaces[1], called, got, None)
            invocation.return_value(GLib.Variant("(vo)", (GLib.Variant("s", ""), path)))
        elif method == "SearchItems":
            invocation.return_value(GLib.Variant("(aoao)", ([ITEM], [])))
        elif method == "Unlock":
            invocation.return_value(GLib.Variant("(aoo)", (parameters.unpack()[0], "/")))
        elif method == "GetSecrets":
            items, session = parameters.unpack()
            secret = (session, b"", password.encode(), "text/plain")
            invocation.return_value(GLib.Variant("(a{o(oayays)})", ({item: secret for item in items},)))
        elif method == "ReadAlias":
            invocation.return_value(GLib.Variant("(o)", (PATH + "/collection/login",)))
        else:
            invocation.return_value(None)

    def got(_connection, _sender, _path, _interface, name):
        return PROPERTIES[name]

    node = Gio.DBusNodeInfo.new_for_xml(XML)
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    bus.register_object(PATH, node.interfaces[0], called, got, None)
    bus.register_object(ITEM, node.interfaces[2], called, got, None)
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.secrets", Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print("ready", flush=True), lambda *_: loop.quit())
    loop.run()


main(sys.argv[1])
