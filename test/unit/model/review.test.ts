import assert from "node:assert/strict";
import { reviewText } from "../../../cli/reviewText";
import type { Json } from "../../../provider/core/values";
import { type Graph, graphOf } from "../../../provider/model/graph";
import { resourcesOf } from "../../../provider/model/resources";
import { changesOf } from "../../../provider/model/review/changes";
import { findingChanges } from "../../../provider/model/review/findingChanges";
import { reachChanges } from "../../../provider/model/review/reachChanges";
import { replacementsIn } from "../../../provider/model/review/replacements";
import { star } from "../../support/inputs/star";

function lab(inputs: Json): Graph {
  const type = "netns:index:Topology";
  return graphOf(resourcesOf([{ type, urn: `urn:pulumi:lab::labs::${type}::lab`, inputs }]));
}

/** Two networks and a router between them. */
const routed = {
  namespaces: [{ name: "left" }, { name: "right" }, { name: "router" }],
  vethPairs: ["left", "right"].map((name) => ({
    a: { namespace: name, name: "eth0" },
    b: { namespace: "router", name: `to-${name}` },
  })),
  addresses: [
    { namespace: "left", device: "eth0", address: "10.0.1.2/24" },
    { namespace: "router", device: "to-left", address: "10.0.1.1/24" },
    { namespace: "right", device: "eth0", address: "10.0.2.2/24" },
    { namespace: "router", device: "to-right", address: "10.0.2.1/24" },
  ],
  routes: [
    { namespace: "left", destination: "default", gateway: "10.0.1.1" },
    { namespace: "right", destination: "default", gateway: "10.0.2.1" },
  ],
  sysctls: [{ namespace: "router", key: "net.ipv4.ip_forward", value: "1" }],
};

function review(before: Json, after: Json, unfollowed: string[] = []): string {
  const [old, now] = [lab(before), lab(after)];
  const changes = changesOf(old, now);
  const reach = reachChanges(old, now, new Set(changes.flatMap(({ hosts }) => hosts)));
  return reviewText({ changes, reach, findings: findingChanges(old, now), replaced: [], unfollowed, picture: "" });
}

describe("the review of a change", () => {
  it("says what changes host by host, in the words of the network", () => {
    const text = review(routed, {
      ...routed,
      vethPairs: [
        { a: { namespace: "left", name: "eth0", mtu: 1400 }, b: { namespace: "router", name: "to-left", mtu: 1400 } },
        routed.vethPairs[1],
      ],
      routes: [{ namespace: "left", destination: "default", gateway: "10.0.1.9" }, routed.routes[1]],
      firewalls: [{ namespace: "router", name: "fw", rules: "chain forward {\n  tcp dport 25 drop\n}" }],
      dummies: [{ namespace: "right", name: "d0", up: false }],
    });
    for (const line of [
      "**`left`** changes",
      "- + mtu 1400 on `eth0`",
      "- ~ route `default via 10.0.1.9`, before: route `default via 10.0.1.1`",
      "**`right`** changes",
      "- + dummy `d0`",
      "- + `d0` down",
      "- + nftables table `inet fw`",
    ]) {
      assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    }
  });

  it("names what is removed and made again, of a Topology the element alone", () => {
    const written = (type: string, inputs: Json) => ({ type, urn: `urn:pulumi:lab::labs::${type}::lab`, inputs });
    const replaced = (type: string, before: Json, after: Json) =>
      replacementsIn(written(`netns:index:${type}`, before), written(`netns:index:${type}`, after));
    const [left, right] = routed.vethPairs;
    const renamed = { ...right, b: { namespace: "router", name: "uplink" } };
    assert.deepEqual(replaced("Topology", routed, { ...routed, vethPairs: [left, renamed] }), [
      { kind: "VethPair", label: "lab.vethPairs[1]" },
    ]);
    const slower = { ...right, a: { ...right?.a, mtu: 1400 } };
    assert.deepEqual(replaced("Topology", routed, { ...routed, vethPairs: [left, slower] }), []);
    assert.deepEqual(replaced("VethPair", right ?? {}, renamed), [{ kind: "VethPair", label: "lab" }]);
    assert.deepEqual(replaced("VethPair", right ?? {}, slower), []);
  });

  it("shows the lines that a ruleset gets and loses", () => {
    const firewalls = (rules: string) => ({ ...routed, firewalls: [{ namespace: "router", name: "fw", rules }] });
    const text = review(firewalls("tcp dport 25 drop\ncounter"), firewalls("tcp dport 80 drop\ncounter"));
    assert.match(text, / {2}```diff\n {2}- tcp dport 25 drop\n {2}\+ tcp dport 80 drop\n {4}counter\n {2}```/);
  });

  it("shows lines that change their places, and the chain that they are in, but no other indentation", () => {
    const firewalls = (rules: string) => ({ ...routed, firewalls: [{ namespace: "router", name: "fw", rules }] });
    const [first, second] = ["tcp dport 80 accept", "tcp dport 80-90 drop"];
    const before = firewalls(`chain forward {\n  ${first}\n  ${second}\n}\nchain input {\n}`);
    const swapped = review(before, firewalls(`chain forward {\n  ${second}\n  ${first}\n}\nchain input {\n}`));
    assert.match(swapped, /1 host changed/);
    assert.match(swapped, / {4}chain forward \{\n {2}[-+] {3}tcp dport 80/);
    const moved = review(before, firewalls(`chain forward {\n  ${first}\n}\nchain input {\n  ${second}\n}`));
    assert.match(moved, / {2}- {3}tcp dport 80-90 drop\n[\s\S]* {4}chain input \{\n {2}\+ {3}tcp dport 80-90 drop/);
    assert.equal(
      review(before, firewalls(`  chain forward {\n${first}\n${second}\n}\nchain input {\n}`)).includes(
        "Nothing changes.",
      ),
      true,
    );
  });

  it("says of each address that a host keeps whether it can still be reached", () => {
    const two = {
      ...routed,
      addresses: [...routed.addresses, { namespace: "right", device: "lo", address: "10.9.9.9/32" }],
    };
    const by = (gateway: string) => ({
      ...two,
      routes: [...routed.routes, { namespace: "router", destination: "10.9.9.9", gateway }],
    });
    const text = review(by("10.0.2.2"), by("10.0.1.2"));
    assert.match(text, /\| `left` → `right` at `10\.9\.9\.9` \| IPv4 \| \*\*− can no longer reach\*\* \| /);
    assert.doesNotMatch(text, /\| `left` [→↔] `right` \|/);
  });

  it("says whose firewall it could not follow", () => {
    const walled = { ...routed, firewalls: [{ namespace: "router", name: "fw", rules: "chain c {}" }] };
    assert.match(
      review(routed, walled, ["router"]),
      /\n\nWho reaches whom through the firewall of `router` is not known/,
    );
    assert.doesNotMatch(review(walled, walled, ["router"]), /is not known/);
    assert.match(review(routed, walled, ["h1", "h2", "h3", "h4"]), /the firewall of `h1` … `h4` is not known/);
  });

  it("says who can no longer reach whom, and why", () => {
    const text = review(routed, { ...routed, sysctls: [] });
    assert.match(text, /\| `left` ↔ `right` \| IPv4 \| \*\*− can no longer reach\*\* \| .*router.* \|/);
    assert.match(text, /In 2 directions, a host can no longer reach another\./);
    const back = review({ ...routed, sysctls: [] }, routed);
    assert.match(back, /\| `left` ↔ `right` \| IPv4 \| \+ can now reach/);
  });

  it("tells new findings from old and mended ones", () => {
    const wrong = { ...routed, routes: [{ namespace: "left", destination: "default", gateway: "10.0.9.9" }] };
    const appeared = review(routed, wrong);
    assert.match(appeared, /\*\*1 new finding\.\*\*/);
    assert.match(appeared, /- \*\*new (error|warning)\*\* `[\w-]+`: .*10\.0\.9\.9/);
    assert.match(review(wrong, routed), /- mended `[\w-]+`: ~~.*10\.0\.9\.9.*~~/);
    assert.match(review(wrong, wrong), /- 1 finding as before/);
  });

  it("says of many hosts that change alike once what changes", () => {
    const text = review(star(2), star(40));
    assert.match(text, /\*\*`h3` … `h40`\*\* is added \(38 hosts; the lines are those of the first\)/);
    assert.equal(text.match(/address `10\.0\.0\.\d+\/16`/g)?.length, 1);
  });

  it("says that nothing changes", () => {
    assert.equal(review(routed, routed), "## What this does to the network\n\nNothing changes.\n");
  });

  it("takes no name for markup", () => {
    const name = "a`|</details>\n# b";
    const text = review({}, { namespaces: [{ name }, { name: "c" }], dummies: [{ namespace: name, name: "``x" }] });
    assert.doesNotMatch(text, /^# b/m);
    assert.match(text, /\*\*`` a`\|<\/details> # b ``\*\*/);
    assert.match(text, /dummy ``` ``x ```/);
  });
});
