import type { Json, Path } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { Definition, Kind } from "../resources/kind";
import type { State } from "./state";

/** The changes that are under way beside one. */
export interface Others {
  /** Waits until one of them has ended; false where none is left that could help, for so long. */
  another(quietMs?: number): Promise<boolean>;
  /** This one has changed nothing: its end helps none of them. */
  pass(): void;
  /** Whether what this one conflicts with, in the words of kinds, gives way in this run: it is still to go, or has gone. */
  giveWay(conflict: string): "later" | "already" | undefined;
  /** Does something as soon as that has gone. */
  after(conflict: string, work: (kernel: Kernel) => Promise<void>): void;
}

export interface Resource<Defined = Kind> {
  kind: Defined;
  urn: string;
  /** The kernel's door for this request. */
  kernel: Kernel;
  /** Tells the user something that is no error. */
  warn(text: string): void;
  others?: Others;
  /** What this run does to other resources may take along something of it. */
  isAffected?: boolean;
  /** Whether the property there may not be told. */
  isSecret(path: Path): boolean;
}

/** What Read tells of a thing. */
export interface Found {
  id: string;
  inputs: Json;
  state: State;
}

/** What can be done with resources that are defined so. */
export interface Operations<Defined = Definition> {
  create(resource: Resource<Defined>, inputs: Json): Promise<{ id: string; state: State }>;
  /** What is there now, with the inputs that describe it; undefined when it is gone, or another thing by now. */
  refresh(resource: Resource<Defined>, id: string, inputs: Json, state: State): Promise<Found | undefined>;
  /** What an id names, with the inputs that a program needs to have it; `toManage` where the stack is to own it. */
  import(resource: Resource<Defined>, id: string, toManage: boolean): Promise<Found | undefined>;
  update(resource: Resource<Defined>, id: string, want: Json, oldInputs: Json, state: State): Promise<State>;
  delete(resource: Resource<Defined>, id: string, state: State): Promise<void>;
  /**
   * Makes again what other resources of this run have taken along of it, or what had to wait, although the engine asks
   * for no change. Its state then, which the host remembers until the engine reads it.
   */
  restore?(resource: Resource<Defined>, id: string, inputs: Json, state: State): Promise<State>;
  /**
   * Refuses where something else is in the place of what is to come instead of what the state is about; `givesWay`: whether
   * the owner of a mark is to be made anew in this run as well.
   */
  needFree?(
    resource: Resource<Defined>,
    next: Json,
    state: State,
    givesWay: (mark: string | undefined) => Promise<boolean>,
  ): Promise<void>;
}
