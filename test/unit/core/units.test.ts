import assert from "node:assert/strict";
import fc from "fast-check";
import * as units from "../../../provider/core/units";
import { type FieldRules, fieldSuites } from "./fieldRules";

const TIME = "must be a time with its unit: 10ms, 1.5s or 200us";
const RATE = "must be a rate in bits a second with its unit: 1mbit, 500kbit or 1.5gbit";
const SIZE = "must be a size in bytes with its unit: 1500b, 32kb or 1mb";
const SHARE = "must be a share in percent: 1%, 0.5% or 100%";

const rules: Record<string, FieldRules> = {
  time: {
    field: units.time(),
    takes: ["0us", "1us", "10ms", "1500us", "2s", "274s"],
    faults: [
      [10, "must be a string"],
      ["10", TIME],
      ["ms", TIME],
      ["-1ms", TIME],
      ["1h", TIME],
      ["1e3ms", TIME],
      ["10ms\n", TIME],
      ["10constructor", TIME],
      ["0.5us", "must be a whole number of microseconds"],
      ["275s", "is above 274s, the kernel's maximum"],
    ],
  },
  someTime: {
    field: units.someTime(),
    takes: ["1us"],
    faults: [["0ms", "is below 1us, the kernel's minimum"]],
  },
  rate: {
    field: units.rate(),
    takes: ["0bit", "8bit", "1500kbit", "1mbit", "10gbit", "1tbit"],
    faults: [
      ["1", RATE],
      ["1mbps", RATE],
      ["1mib", RATE],
      ["9bit", "must be a whole number of bytes a second"],
      ["2tbit", "is above 1tbit, the kernel's maximum"],
    ],
  },
  someRate: {
    field: units.someRate(),
    takes: ["8bit"],
    faults: [["0bit", "is below 8bit, the kernel's minimum"]],
  },
  someSize: {
    field: units.someSize(),
    takes: ["1b", "1500b", "32kb", "1mb", "3gb"],
    faults: [
      ["1500", SIZE],
      ["1kbit", SIZE],
      ["0.5b", "must be a whole number of bytes"],
      ["0kb", "is below 1b, the kernel's minimum"],
      ["4gb", "is above 4gb, the kernel's maximum"],
    ],
  },
  share: {
    field: units.share(),
    takes: ["0%", "100%", "0.5%", "12.3456%"],
    faults: [
      ["1", SHARE],
      ["%", SHARE],
      ["0.00001%", "must have at most four digits after the point"],
      ["101%", "is above 100%, the kernel's maximum"],
    ],
  },
};

fieldSuites(rules);

describe("an amount", () => {
  const spellings: [field: keyof typeof rules, text: string, canonical: string][] = [
    ["time", "1500 ms", "1500ms"],
    ["time", "1000ms", "1s"],
    ["time", "1.1ms", "1100us"],
    ["time", "0.25SEC", "250ms"],
    ["time", "0010msecs", "10ms"],
    ["rate", "1000Kbit", "1mbit"],
    ["rate", "1.5gbit", "1500mbit"],
    ["someSize", "2048b", "2kb"],
    ["someSize", "1.5k", "1536b"],
    ["share", "0.50%", "0.5%"],
  ];
  for (const [name, text, canonical] of spellings.filter(([, text]) => !/^\d+$/.test(text))) {
    it(`${text} is ${canonical}`, () => assert.equal(rules[name]?.field.parse(text), canonical));
  }

  it("is written in the largest unit that it is whole in, and read as what it was", () => {
    fc.assert(fc.property(fc.nat(274_000_000), (us) => assert.equal(units.microseconds(units.timeOf(us)), us)));
    fc.assert(fc.property(fc.nat(), (count) => assert.equal(units.bytes(units.sizeOf(count)), count)));
    fc.assert(fc.property(fc.nat(), (count) => assert.equal(units.bytesPerSecond(units.rateOf(count)), count)));
  });

  it("is a share again after the kernel has kept it in 32 bits and `tc` has shown six digits of it", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (millionths) => {
        const kept = Math.round((millionths / 1e6) * (2 ** 32 - 1));
        const shown = Number((kept / (2 ** 32 - 1)).toPrecision(6));
        assert.equal(units.shareOf(shown), units.shareOf(millionths / 1e6));
      }),
    );
  });
});
