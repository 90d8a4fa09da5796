import assert from "node:assert/strict";
import { droppingChains, dropsAll } from "../../../provider/model/findings/chains";

const chain = (...rules: string[]) =>
  `chain input { type filter hook input priority filter; policy drop; ${rules.map((rule) => `${rule};`).join(" ")} }`;

describe("the chains of a firewall that drop by their policy", () => {
  const drops = (rules: string, protocol = "tcp", port: number | undefined = 80) =>
    droppingChains(rules).some((one) => dropsAll(one, protocol, port));

  it("drop what no rule accepts", () => {
    assert.equal(
      drops(chain("ct state { established, related } accept", 'iifname "lo" accept', "tcp dport 22 accept")),
      true,
    );
    assert.equal(drops(chain("icmp type echo-request accept")), true);
  });

  it("are no finding where a rule accepts it, or may do so", () => {
    assert.equal(drops(chain("tcp dport 80 accept")), false);
    assert.equal(drops(chain("icmp type echo-request accept"), "icmp"), false);
    assert.equal(drops(chain("tcp dport { 22, 80 } accept")), false);
    assert.equal(drops(chain("ip saddr 10.0.0.0/8 accept")), false);
    assert.equal(drops(chain("jump services")), false);
    assert.equal(drops(chain("tcp dport vmap { 80 : accept }")), false);
  });

  it("are those that filter and have that policy", () => {
    assert.deepEqual(droppingChains("chain input { type filter hook input priority 0; policy accept; }"), []);
    assert.deepEqual(droppingChains("chain services { tcp dport 22 accept; }"), []);
    assert.deepEqual(droppingChains(`# ${chain()}`), []);
  });
});
