import type { Graph } from "../graph";
import { addressOnPort } from "./addressOnPort";
import { arpTrap } from "./arpTrap";
import { bridgeLoop } from "./bridgeLoop";
import { bridgeMtu } from "./bridgeMtu";
import { cableMtu } from "./cableMtu";
import { duplicateAddress } from "./duplicateAddress";
import { duplicateMac } from "./duplicateMac";
import { type Check, type Finding, Lab } from "./finding";
import { firewallDrops } from "./firewallDrops";
import { gatewayMissing } from "./gatewayMissing";
import { gatewayOffLink } from "./gatewayOffLink";
import { hostNotConnected } from "./hostNotConnected";
import { hostPrefix } from "./hostPrefix";
import { ipv6Disabled } from "./ipv6Disabled";
import { noWayBack } from "./noWayBack";
import { prefixMismatch } from "./prefixMismatch";
import { routeDeviceDown } from "./routeDeviceDown";
import { routerWithoutForwarding } from "./routerWithoutForwarding";
import { rpFilterAsymmetric } from "./rpFilterAsymmetric";
import { ruleToEmptyTable } from "./ruleToEmptyTable";
import { subnetOnTwoDevices } from "./subnetOnTwoDevices";
import { subnetOverlap } from "./subnetOverlap";
import { trunkVlans } from "./trunkVlans";
import { tunnelMtu } from "./tunnelMtu";
import { vlanNotCarried } from "./vlanNotCarried";

export type { Check, Finding } from "./finding";

/** What is looked for, in the order of docs/findings.md: a new one is a line here and a section there. */
export const checks: readonly Check[] = [
  arpTrap,
  duplicateAddress,
  duplicateMac,
  prefixMismatch,
  subnetOverlap,
  subnetOnTwoDevices,
  hostPrefix,
  ipv6Disabled,
  addressOnPort,
  hostNotConnected,
  cableMtu,
  bridgeMtu,
  tunnelMtu,
  bridgeLoop,
  trunkVlans,
  vlanNotCarried,
  gatewayOffLink,
  gatewayMissing,
  routeDeviceDown,
  ruleToEmptyTable,
  routerWithoutForwarding,
  noWayBack,
  rpFilterAsymmetric,
  firewallDrops,
];

/** What is certain to go wrong in a lab, by what its resources say. */
export function findingsOf(graph: Graph): Finding[] {
  const lab = new Lab(graph);
  return checks.flatMap(({ code, title, level, find }) => find(lab).map((found) => ({ code, title, level, ...found })));
}
