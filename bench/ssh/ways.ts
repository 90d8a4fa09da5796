import type { LabHost } from "../../test/support/labHost/labHost";
import type { SshLab } from "../../test/support/labHost/sshLab";
import { runThere } from "../../test/support/labHost/sshRun";
import { seconds } from "../contenders/contender";
import { spread } from "../spread";
import { roundTrip, startRelay } from "./delay";
import type { Arrival, WayId } from "./results";

const SSHD = "192.0.2.10";
const PORT = 2200;
const ONE_WAY_MS = 10;

export interface Way {
  id: WayId;
  /** By which ssh gets there. */
  name?: string;
  /** Where the lab is then. */
  host: LabHost;
}

/** To where the engine is, and twice to the same lab host. */
export async function waysIn(lab: SshLab): Promise<Way[]> {
  const { lab: host, name } = lab.host("lab1");
  const settings = ["Host slow", "  HostName 127.0.0.1", `  Port ${PORT}`, `  HostKeyAlias ${SSHD}`];
  await lab.configure("slow", settings);
  await startRelay(lab.engine, PORT, SSHD, ONE_WAY_MS);
  return [
    { id: "here", host: lab.engine },
    { id: "ssh", name, host },
    { id: "slow", name: "slow", host },
  ];
}

/** What a way takes, without an engine. This process's PATH has the lab's ssh. */
export async function arrivalBy({ id, name = "", host }: Way, rounds: number): Promise<Arrival> {
  const arrive = () => seconds(() => runThere({ host: `ssh://root@${name}` }));
  const times = { first: [] as number[], later: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    await host.run(["rm", "-rf", "/root/.cache"], { cwd: "/" });
    times.first.push(await arrive());
    times.later.push(await arrive());
  }
  const there = { first: spread(times.first), later: spread(times.later) };
  return { way: id, roundTrip: await roundTrip(name), ...there };
}
