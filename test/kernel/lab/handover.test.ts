import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { pinged } from "../../support/labHost/pings";
import { labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

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
    /** Waits until a packet that lives for one router alone has died at this one. */
    const goesBy = async (router: typeof r1) => {
      for (const key of ["ipv4", "ipv6"] as const) {
        const words = ["ip", "netns", "exec", "pc", "ping", "-c1", "-t1", "-W1", server?.[key] ?? ""];
        const told = new RegExp(`From ${router?.[key]} .*Time`);
        await until(`a packet by ${router?.[key]}`, async () => told.test((await host.tryRun(words)).stdout));
      }
    };
    await goesBy(r1);
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
    await goesBy(r2);
    await held;
    assert.equal(said, "open\nECONNRESET\n");
    for (const address of Object.values(isp?.loopback ?? {})) await pinged(host, "pc", address);
  });
});
