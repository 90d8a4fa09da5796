import fc from "fast-check";
import { qdiscFaults } from "../../../provider/core/qdisc";
import { onDevice, upTo } from "./valueArbitraries";

const amounts = (...units: string[]) =>
  fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.constantFrom(...units)).map((parts) => parts.join(""));
const times = fc.oneof(amounts("us", "msec", "MS"), fc.constantFrom("1.5ms", "0.25s", "274s"));
const shares = fc.oneof(amounts("%"), fc.constantFrom("0.5%", "0%", "0.0001%"));
const rates = amounts("kbit", "mbit", "Gbit");
const sizes = amounts("b", "kb", "k", "MB");
const classes = fc.constantFrom("root", "1:1", "1:0A", "ffFE:2");
const atParent = { ...onDevice, parent: classes, handle: fc.constantFrom("1:", "10", "7Fff:") };

/** Qdiscs of each kind, with what it has. */
export const qdiscs = fc.oneof(
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("netem") },
      netem: fc.record(
        {
          ...{ delay: times, jitter: times, correlation: shares, loss: shares, duplicate: shares, corrupt: shares },
          ...{ reorder: shares, rate: rates, limit: upTo(5000, 1) },
        },
        { requiredKeys: ["delay", "jitter"] },
      ),
    },
    { requiredKeys: ["device", "kind"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("tbf") },
      tbf: fc
        .oneof(
          fc.record({ rate: rates, burst: sizes, latency: times }),
          fc.record({ rate: rates, burst: sizes, limit: sizes }),
        )
        .filter((tbf) => qdiscFaults({ tbf }).length === 0),
    },
    { requiredKeys: ["device", "kind", "tbf"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("fq_codel") },
      options: fc.record(
        { limit: upTo(9999, 1), flows: upTo(65536, 1), target: times, interval: times, ecn: fc.boolean() },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["device", "kind"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constantFrom("pfifo", "bfifo") },
      options: fc.record({ limit: upTo(9999, 1) }),
    },
    { requiredKeys: ["device", "kind"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("htb") },
      options: fc.record(
        { default: fc.constantFrom("10", "0", "00Ff"), r2q: upTo(99, 1) },
        { requiredKeys: ["default"] },
      ),
    },
    { requiredKeys: ["device", "kind"] },
  ),
);
