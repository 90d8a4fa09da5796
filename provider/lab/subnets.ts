import { overlap, parseSubnet, type Subnet, sizeOf } from "../core/subnet";
import type { Path } from "../core/values";
import type { Description } from "./description";
import { places } from "./hash";
import { NONE } from "./names";
import type { LabFault, Network } from "./plan";

/** How many networks there are for those that the program gives none: 10.X.Y.0/24, and fd00:0:0:XXYY::/64. */
const BLOCKS = 2 ** 16;

const SHARED = { first: 0x64400000n };

const KEYS = { inet: "subnet", inet6: "subnet6" } as const;
const WORDS = { inet: "IPv4", inet6: "IPv6" } as const;
/** So that the numbers of hosts are in it. */
const LONGEST6 = 112;
const LEAST_MTU6 = 1280;

/** Gives each network its subnets: those by hand, and of the rest what follows from its name. */
export function giveSubnets(networks: readonly Network[], lab: Description): LabFault[] {
  const taken: { subnet: Subnet; path: Path }[] = [];
  const faults: LabFault[] = [];
  const wanting = { inet: lab.ipv4, inet6: lab.ipv6 };
  const open: { network: Network; family: Subnet["family"] }[] = [];
  for (const network of networks) {
    for (const family of ["inet", "inet6"] as const) {
      const key = KEYS[family];
      const [said, again] = network.places.filter((place) => place[key] !== undefined);
      if (again)
        faults.push({ path: [...again.path, key], reason: "is said of another switch of the same network already" });
      if (!wanting[family]) {
        if (said && said[key] !== NONE)
          faults.push({ path: [...said.path, key], reason: `is given, but the lab has no ${WORDS[family]}` });
        continue;
      }
      const text = said?.[key] ?? network.usual?.[key];
      if (text === NONE) continue;
      const subnet = text === undefined ? undefined : parseSubnet(text);
      if (!subnet) {
        open.push({ network, family });
        continue;
      }
      const path = [...((said ?? network.places[0])?.path ?? []), key];
      if (taken.some((one) => overlap(one.subnet, subnet)))
        faults.push({
          path,
          reason: `${said ? "" : `is not given, and ${text} `}overlaps with the subnet of another network`,
        });
      taken.push({ subnet, path });
      network[family] = subnet;
    }
  }
  for (const network of networks) {
    const families = open.filter((one) => one.network === network).map(({ family }) => family);
    giveBlock(network, families, taken);
  }
  return [...faults, ...networks.flatMap(sizeFaults), ...networks.flatMap(mtuFaults)];
}

/** One block for both families, so that the two look alike; where one of them is taken, another. */
function giveBlock(
  network: Network,
  families: readonly Subnet["family"][],
  taken: { subnet: Subnet; path: Path }[],
): void {
  if (families.length === 0) return;
  for (const block of places(network.name, BLOCKS)) {
    // Block 0 is where people begin to count by hand; the last ones are those of loopback devices.
    if (block === 0 || block >> 8 === 0xff) continue;
    const subnets = families.map((family) => blockOf(family, block, network));
    if (subnets.some((subnet) => taken.some((one) => overlap(one.subnet, subnet)))) continue;
    for (const subnet of subnets) {
      network[subnet.family] = subnet;
      taken.push({ subnet, path: [] });
    }
    return;
  }
}

function blockOf(family: Subnet["family"], block: number, { isCable, isShared }: Network): Subnet {
  if (family === "inet6") return { family, first: (0xfd00n << 112n) | (BigInt(block) << 64n), prefixLength: 64 };
  const prefixLength = isCable ? 30 : 24;
  // The addresses between customers and a carrier (RFC 6598).
  if (isShared) return { family, first: SHARED.first | (BigInt(block) << 6n), prefixLength };
  return { family, first: (10n << 24n) | (BigInt(block) << 8n), prefixLength };
}

/** How many hosts a subnet has addresses for: all but the first and the last one, where those mean something. */
function roomIn(subnet: Subnet): bigint {
  return sizeOf(subnet) <= 2n ? sizeOf(subnet) : sizeOf(subnet) - 2n;
}

function sizeFaults({ inet, inet6, seats, places: said, isCable }: Network): LabFault[] {
  const at = (key: "subnet" | "subnet6") => [...((said.find((one) => one[key]) ?? said[0])?.path ?? []), key];
  const faults: LabFault[] = [];
  if (inet && roomIn(inet) < seats.length)
    faults.push({
      path: at("subnet"),
      reason: said.some(({ subnet }) => subnet)
        ? "has too few addresses for its hosts"
        : "is not given, and the one that follows from the name has too few addresses for its hosts",
      needs: ["subnets"],
    });
  if (inet6 && !isCable && inet6.prefixLength > LONGEST6)
    faults.push({
      path: at("subnet6"),
      reason: `must have a prefix length of at most ${LONGEST6}, for the numbers of hosts`,
    });
  return faults;
}

function mtuFaults({ inet6, mtu }: Network): LabFault[] {
  if (!inet6) return [];
  const reason = `is below ${LEAST_MTU6}, the least of IPv6 (RFC 8200): with it say \`subnet6: "${NONE}"\``;
  const faults = mtu
    .filter(({ bytes }) => bytes < LEAST_MTU6)
    .map(({ path }): LabFault => ({ path, reason, needs: ["subnets"] }));
  return faults.filter(({ path }, index) => faults.findIndex((one) => one.path.join() === path.join()) === index);
}
