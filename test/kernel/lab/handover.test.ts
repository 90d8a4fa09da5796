import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";

const ROUTER = { forwarding: true, loopback: true };
const HOME = { ...ROUTER, nat: "home", gateway: "isp" };

/** A host that has two ways out. */
const described = (pc: Json) => ({
  hosts: { r1: HOME, r2: HOME, isp: ROUTER, pc },
  switches: { home: { hosts: ["pc", "r1", "r2"] } },
  links: [{ between: ["r1", "isp"] }, { between: ["r2", "isp"] }, { between: ["isp", "server"] }],
});

labSuite("A lab's host with two gateways", (fixture) => {
  before(needs("root", "nft", "ping"));

  it("is handed over by one word: the other one answers, and a connection by the first one ends", async () => {
    const { host } = fixture;
    const lab = await fixture.make(described({ gateway: "r1" }));
    const { r1, r2, server, isp } = lab.hosts;
    /** Who says that a packet lives for one router alone. */
    const first = async (key: "ipv4" | "ipv6") => {
      const words = ["ping", "-c1", "-t1", "-w2", server?.[key] ?? ""];
      return (await host.tryRun(["ip", "netns", "exec", "pc", ...words])).stdout;
    };
    const tells = (router: typeof r1, key: "ipv4" | "ipv6") => new RegExp(`From ${router?.[key]} .*Time`);
    assert.match(await first("ipv4"), tells(r1, "ipv4"));
    assert.match(await first("ipv6"), tells(r1, "ipv6"));
    const held = fixture.runs("holds.mjs", "pc", `server=${server?.ipv4}`);
    let said = "";
    held.stdout.on("data", (data) => {
      said += data;
    });
    while (!said.includes("open")) await new Promise((next) => held.stdout.once("data", next));
    const changed = await lab.become(described({ gateway: "r2" }));
    assert.deepEqual(
      changed.map((path) => path.replace(/\d+/, "N")),
      ["routes[N].gateway: UPDATE", "routes[N].gateway: UPDATE"],
    );
    assert.match(await first("ipv4"), tells(r2, "ipv4"));
    assert.match(await first("ipv6"), tells(r2, "ipv6"));
    await held;
    assert.equal(said, "open\nECONNRESET\n");
    for (const address of Object.values(isp?.loopback ?? {}))
      assert.equal((await host.tryRun(["ip", "netns", "exec", "pc", "ping", "-c1", "-w2", address])).exitCode, 0);
  });
});
