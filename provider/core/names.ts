import { z } from "zod";
import { bytes, CONTROL, LETTERS, NOT_EMPTY, ruled, SHORT } from "./rules";

/** Names and texts that programs choose and that are no devices of the kernel's. */

/** The name of what may be no device of the kernel's, and so longer. */
export const longName = (most: number) =>
  ruled([NOT_EMPTY, [(name) => bytes(name) > most, `is longer than ${most} bytes`], ...LETTERS]);

/** Why a name is none for a device, where `longName` has passed it. */
export function tooLong(name: string): string | undefined {
  return SHORT[0](name) ? SHORT[1] : undefined;
}

/** Texts by keys that the program chooses. */
export const textMap = () =>
  z.record(
    ruled([
      [(key) => key === "", "must not have an empty key"],
      [
        (key) => !/^[A-Za-z0-9][\w.:-]*$/.test(key),
        "is not a key: use letters, digits and `_`, and `.`, `:`, `-` after the first character",
      ],
    ]),
    ruled([[(value) => CONTROL.test(value), "must not contain control characters"]]),
    { error: "must be an object" },
  );

/** The socket of an OVS database, as `--db` of ovs-vsctl(8) takes it. */
export const ovsDatabase = () =>
  ruled([
    [(value) => /[\s?]/.test(value) || CONTROL.test(value), "must not contain white space, `?` or control characters"],
    [
      (value) => !/^(unix:\/.+|tcp:.+:\d+)$/.test(value),
      "must be the socket of ovsdb-server, such as unix:/run/openvswitch/db.sock or tcp:127.0.0.1:6640",
    ],
  ]);
