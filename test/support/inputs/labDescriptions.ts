import fc from "fast-check";
import type { Json } from "../../../provider/core/values";
import { Dice } from "../programs/connectedLabs";

/** What a program may say to the function `lab`, as plain data. */
export interface Said {
  hosts: Record<string, Json>;
  switches: Record<string, Json & { hosts: string[] }>;
  links: (Json & { between: [string, string] })[];
  ipv4?: boolean;
  ipv6?: boolean;
}

/** Labs in which nothing is wrong. */
export const labDescriptions: fc.Arbitrary<Said> = fc.noBias(fc.gen().map((generate) => build(new Dice(generate))));

function build(dice: Dice): Said {
  const said: Said = { hosts: {}, switches: {}, links: [] };
  const routers = Array.from({ length: dice.number(0, 3) }, (_, index) => `r${index}`);
  for (const name of routers) said.hosts[name] = { forwarding: true, ...(dice.chance(30) && { loopback: true }) };
  for (let index = 0; index < dice.number(1, 3); index++) addSwitch(dice, said, index, routers);
  for (let index = 1; index < routers.length; index++) {
    if (dice.chance(70))
      said.links.push({ between: [`r${dice.number(0, index - 1)}`, `r${index}`], ...cable(dice, 100 + index) });
  }
  if (routers.length > 0 && dice.chance(60)) {
    said.links.push({ between: [dice.one(...routers), "server"], ...cable(dice, 200) });
  }
  const [first, second] = Object.keys(said.switches);
  if (first !== undefined && second !== undefined && said.switches[second]?.subnet === undefined && dice.chance(20)) {
    delete said.switches[second]?.subnet6;
    said.links.push({ between: [first, second] });
  }
  const off = dice.one("ipv4", "ipv6", ...Array.from({ length: 10 }, () => undefined));
  if (off !== undefined) said[off] = false;
  if (said.ipv4 === false) for (const one of [...Object.values(said.switches), ...said.links]) delete one.subnet;
  if (said.ipv6 === false) for (const one of [...Object.values(said.switches), ...said.links]) delete one.subnet6;
  return said;
}

function addSwitch(dice: Dice, said: Said, index: number, routers: readonly string[]): void {
  const own = Array.from({ length: dice.number(1, 5) }, (_, host) => `h${index}${host}`);
  const joined = routers.filter(() => dice.chance(60));
  const both = index > 0 && dice.chance(20) ? [`h${index - 1}0`] : [];
  said.switches[`s${index}`] = {
    hosts: [...own, ...joined, ...both],
    ...(dice.chance(40) && { subnet: `192.168.${index}.0/${dice.one(24, 26, 28)}` }),
    ...(dice.chance(20) && { subnet6: `2001:db8:${index}::/64` }),
    ...(dice.chance(20) && { openvswitch: true }),
    ...(dice.chance(20) && { link: { preset: dice.one("wifi", "lte", "3g", "satellite", "dialup") } }),
  };
}

function cable(dice: Dice, net: number): Json {
  return {
    ...(dice.chance(30) && { subnet: `172.16.${net}.0/${dice.one(24, 30, 31)}` }),
    ...(dice.chance(20) && { subnet6: `2001:db8:${net}::/${dice.one(64, 126, 127)}` }),
    ...(dice.chance(20) && { mtu: dice.one(1280, 1400, 9000) }),
    ...(dice.chance(20) && { link: { delay: "10ms", jitter: "1ms", loss: "1%", rate: "10mbit" } }),
  };
}
