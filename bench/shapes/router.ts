import { type Lists, macOf, numbers, type Shape } from "./shape";

const ROUTER = "router";
const AT = { namespace: ROUTER, device: "eth0" };

export const router: Shape = {
  id: "router",
  about: "One router with N routes, N/5 neighbours and N/10 rules, every fifth of each of IPv6.",
  ns: [1000],
  inputs: (n, isEdited) => ({
    namespaces: [{ name: ROUTER }, { name: "lan" }],
    vethPairs: [{ a: { name: "eth0", namespace: ROUTER }, b: { name: "eth0", namespace: "lan" } }],
    addresses: [
      { ...AT, address: "10.0.0.1/16" },
      { ...AT, address: "2001:db8::1/64", noDad: true },
    ],
    neighbors: numbers(Math.ceil(n / 5)).map(neighbor),
    routes: numbers(n).map((number) => route(number, isEdited && number === 1)),
    rules: numbers(Math.ceil(n / 10)).map(rule),
  }),
  hand: (n) => `ip -n ${ROUTER} route del ${route(n).destination}`,
};

type One<List extends keyof Lists> = NonNullable<Lists[List]>[number];

function route(number: number, isEdited = false): One<"routes"> {
  const host = (isEdited ? 201 : 1) + (number % 200);
  return isV6(number)
    ? { ...AT, destination: `2001:db8:${hex(number)}::/48`, gateway: `2001:db8::${hex(host)}:1` }
    : { ...AT, destination: `100.${64 + (number >> 8)}.${number & 255}.0/24`, gateway: `10.0.1.${host}` };
}

function neighbor(number: number): One<"neighbors"> {
  const address = isV6(number) ? `2001:db8::${hex(number)}:2` : `10.0.${2 + (number >> 8)}.${number & 255}`;
  return { ...AT, address, mac: macOf(number) };
}

function rule(number: number): One<"rules"> {
  const told = { namespace: ROUTER, priority: 1000 + number, table: 100 + number };
  return isV6(number)
    ? { ...told, family: "inet6", from: `2001:db8:${hex(number)}::/48` }
    : { ...told, from: `172.${16 + (number >> 8)}.${number & 255}.0/24` };
}

function isV6(number: number): boolean {
  return number % 5 === 0;
}

function hex(number: number): string {
  return number.toString(16);
}
