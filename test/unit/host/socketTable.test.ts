import assert from "node:assert/strict";
import { endianness } from "node:os";
import fc from "fast-check";
import { isTaken, readOwners, rowsOf } from "../../../provider/host/socketTable";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const ENDS = "0100007F:A000 0100007F:1F90";
const row = ({ ends = ENDS, state = "01", uid = 1000, inode = 4711 }) =>
  `   7: ${ends} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
const table = (...rows: string[]) => [HEAD, ...rows, ""].join("\n");

describe("The kernel's tables of sockets", () => {
  const rows: Record<string, { rows: string[]; uids: number[] | undefined }> = {
    "an established connection is its user's": { rows: [row({})], uids: [1000] },
    "a uid wider than its column is read whole": { rows: [row({ uid: 4294967294 })], uids: [4294967294] },
    "two that claim the same ends are both told": { rows: [row({ uid: 0 }), row({})], uids: [0, 1000] },
    "what is left of a closed one (TIME_WAIT) is nobody's, though it shows root": {
      rows: [row({ state: "06", uid: 0, inode: 0 })],
      uids: undefined,
    },
    "one that no process has open any more is nobody's": { rows: [row({ uid: 0, inode: 0 })], uids: undefined },
    "one that is being closed is nobody's": { rows: [row({ state: "05", uid: 0 })], uids: undefined },
    "one that is being opened is nobody's": { rows: [row({ state: "02", uid: 0 })], uids: undefined },
    "a listening socket is no connection": { rows: [row({ state: "0A", uid: 0 })], uids: undefined },
    "the same ends the other way round are the plugin's own row": {
      rows: [row({ ends: "0100007F:1F90 0100007F:A000", uid: 0 })],
      uids: undefined,
    },
    "another port is another connection": { rows: [row({ ends: "0100007F:A001 0100007F:1F90" })], uids: undefined },
    "another address is another connection": { rows: [row({ ends: "0200007F:A000 0100007F:1F90" })], uids: undefined },
    "an empty table has none": { rows: [], uids: undefined },
  };
  for (const [title, { rows: lines, uids }] of Object.entries(rows)) {
    it(title, () => assert.deepEqual(readOwners(table(...lines)).get(ENDS), uids));
  }

  it("is read whatever is in it, and a whole row stays true beside anything", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(row({ state: "06", uid: 0 }), `${ENDS} 01`, HEAD));
    fc.assert(
      fc.property(fc.array(text), fc.nat(), (lines, uid) => {
        const others = lines.map((line) => line.replaceAll("\n", " "));
        assert.deepEqual(readOwners(table(...others, row({ uid }), ...others)).get(ENDS), [uid]);
      }),
    );
  });

  it("tells which ports take what comes: tcp that listens, udp that is bound, whoever has it", () => {
    const at = (ends: string, state: string) => table(row({ ends: `${ends} 00000000:0000`, state, uid: 0 }));
    assert.equal(isTaken(at("00000000:0050", "0A"), "tcp", 80), true);
    assert.equal(isTaken(at(`${"0".repeat(32)}:0050`, "0A"), "tcp", 80), true);
    assert.equal(isTaken(at("00000000:0035", "07"), "udp", 53), true);
    for (const [ends, state] of [
      ["00000000:0051", "0A"],
      ["0100007F:0050", "01"],
      ["00000000:0050", "07"],
    ] as const)
      assert.equal(isTaken(at(ends, state), "tcp", 80), false);
    assert.equal(isTaken("", "tcp", 80), false);
  });

  it("names the row of an end, IPv4 or mapped to IPv6, and that of no other address", function () {
    if (endianness() === "BE") this.skip();
    const local = { address: "127.0.0.1", port: 40960 };
    const want = {
      tcp: ENDS,
      tcp6: "0000000000000000FFFF00000100007F:A000 0000000000000000FFFF00000100007F:1F90",
    };
    assert.deepEqual(rowsOf(local, { address: "127.0.0.1", port: 8080 }), want);
    assert.deepEqual(
      rowsOf({ ...local, address: "::ffff:127.0.0.1" }, { address: "::FFFF:127.0.0.1", port: 8080 }),
      want,
    );
    for (const address of [undefined, "", "::1", "fe80::1%lo", "127.1"]) {
      assert.equal(rowsOf(local, { address, port: 8080 }), undefined);
    }
    assert.equal(rowsOf(local, { address: "127.0.0.1", port: undefined }), undefined);
  });
});
