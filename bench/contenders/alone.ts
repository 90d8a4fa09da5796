import {
  CheckRequest,
  type CheckResponse,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { urn } from "../../test/support/provider/rpcs";
import type { Lists } from "../shapes/shape";
import { type Ask, Questions } from "./questions";

/** What the engine's state would have of a Topology. */
interface Recorded {
  id: string;
  inputs: Struct;
  properties: Struct;
}

const TYPE = "Topology";
const NAME = "lab";
const URN = urn(TYPE, NAME);
const { DIFF_SOME } = DiffResponse.DiffChanges;

/** A Topology of the plugin without an engine: in each run it is asked what the engine asks then, in that order. */
export class Alone extends Questions {
  recorded: Recorded | undefined;

  /** `pulumi up`; whether there was anything to do. */
  async up(lists: Lists): Promise<boolean> {
    const { recorded } = this;
    if (!recorded) return this.turn((ask) => this.create(ask, lists));
    const seen = await this.turn((ask) => look(ask, recorded));
    return this.turn(async (ask) => {
      const inputs = await check(ask, lists, seen.inputs);
      const isOther = (await diff(ask, seen, inputs)) === DIFF_SOME;
      this.recorded = { ...seen, inputs };
      if (isOther) this.recorded.properties = await update(ask, seen, inputs);
      return isOther;
    });
  }

  /** `pulumi destroy`. */
  async destroy(): Promise<void> {
    const { recorded } = this;
    if (!recorded) return;
    await this.turn(async (ask) => {
      const { id, properties } = await look(ask, recorded);
      await ask("delete", new DeleteRequest().setUrn(URN).setId(id).setProperties(properties));
    });
  }

  private async create(ask: Ask, lists: Lists): Promise<boolean> {
    const inputs = await check(ask, lists, new Struct());
    const made = await ask<CreateResponse>("create", new CreateRequest().setUrn(URN).setProperties(inputs));
    this.recorded = { id: made.getId(), inputs, properties: made.getProperties() ?? new Struct() };
    return true;
  }
}

/** What an up and a destroy begin with: Read, and the Diff of what it has found. */
async function look(ask: Ask, { id, inputs, properties }: Recorded): Promise<Recorded> {
  const request = new ReadRequest().setUrn(URN).setId(id).setInputs(inputs).setProperties(properties);
  const found = await ask<ReadResponse>("read", request);
  const seen = {
    id: found.getId(),
    inputs: found.getInputs() ?? new Struct(),
    properties: found.getProperties() ?? new Struct(),
  };
  await diff(ask, seen, inputs);
  return seen;
}

async function check(ask: Ask, lists: Lists, olds: Struct): Promise<Struct> {
  const request = new CheckRequest().setUrn(URN).setName(NAME).setOlds(olds).setNews(Struct.fromJavaScript(lists));
  const checked = await ask<CheckResponse>("check", request);
  const [failure] = checked.getFailuresList();
  if (failure) throw new Error(`Check: ${failure.getProperty()} ${failure.getReason()}`);
  return checked.getInputs() ?? new Struct();
}

async function diff(ask: Ask, { id, inputs, properties }: Recorded, news: Struct) {
  const request = new DiffRequest().setUrn(URN).setId(id).setOlds(properties).setOldInputs(inputs).setNews(news);
  return (await ask<DiffResponse>("diff", request)).getChanges();
}

async function update(ask: Ask, { id, inputs, properties }: Recorded, news: Struct): Promise<Struct> {
  const request = new UpdateRequest().setUrn(URN).setId(id).setOlds(properties).setOldInputs(inputs).setNews(news);
  return (await ask<UpdateResponse>("update", request)).getProperties() ?? new Struct();
}
