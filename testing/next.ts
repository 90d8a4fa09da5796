import { endSandbox } from "../provider/place/sandbox";
import { type LabConfig, makePlace, type Place } from "./place";
import { Run } from "./run";

/** A lab that wants its program: a sandbox, an engine and a plugin. */
export interface Ready {
  place: Place;
  run: Run;
}

interface Next {
  key: string;
  lab: Promise<Ready | undefined>;
}

let next: Next | undefined;
let latestKey: string | undefined;

/**
 * A lab that is ready for its program. A process that makes a second lab of the same configuration will most likely make more:
 * from then on the next one gets ready while one is in use. It holds up the end of the process by nothing, and ends with it.
 */
export async function readyLab(config: LabConfig): Promise<Ready> {
  const key = JSON.stringify([config, process.env]);
  const isRepeated = key === latestKey;
  latestKey = key;
  const kept = next?.key === key ? next : undefined;
  const unwanted = kept ? undefined : next;
  next = isRepeated ? { key, lab: getReady(config).then(letGo, () => undefined) } : undefined;
  void unwanted?.lab.then((lab) => lab && endSandbox(lab.place.sandbox));
  const lab = await kept?.lab;
  if (lab?.run.isWaiting) {
    lab.run.hold();
    return lab;
  }
  // Ended by somebody meanwhile, or never there: what is wrong, a new one says.
  if (lab) await endSandbox(lab.place.sandbox);
  return getReady(config);
}

async function getReady(config: LabConfig): Promise<Ready> {
  const place = await makePlace(config);
  try {
    return { place, run: await Run.start(place) };
  } catch (error) {
    await endSandbox(place.sandbox);
    throw error;
  }
}

function letGo(lab: Ready): Ready {
  lab.run.letGo();
  return lab;
}
