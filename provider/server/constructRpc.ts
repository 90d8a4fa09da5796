import { type ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Child, Component, From, Maker } from "../components/component";
import { type Fault, knownParts, parse } from "../core/check";
import { isWithin, type Json, pathText } from "../core/values";
import { dependenciesAt, opened, type Properties, withProviders } from "../core/wire";
import { FaultyInputs, NetnsError } from "../errors";
import { token } from "../resources/kind";
import { Monitor } from "./monitor";
import { encode } from "./property";

/** Construct: makes what a component is made of, by the engine that asks for it, as a program would. */
export async function construct(
  components: readonly Component[],
  request: ConstructRequest,
): Promise<ConstructResponse> {
  const component = components.find((one) => token(one) === request.getType());
  if (!component) throw noComponent(request.getType(), components);
  const written = withProviders(request.getInputs()?.toJavaScript()) as Json;
  const given = opened(written);
  const { parsed, faults } = parse(component.inputs, given.values);
  const between = component.crossCheck(faults.length > 0 ? knownParts(given.values, faults) : knownParts(parsed, []));
  const wrong = [...faults, ...between];
  if (wrong.length > 0) {
    // The engine prints the values of properties that are named.
    const isSecret = ({ path }: Fault) =>
      given.secrets.some((secret) => isWithin(path, secret) || isWithin(secret, path));
    const hidden = wrong.filter(isSecret).map(({ path, reason }) => `: ${pathText(path)} ${reason}`);
    const message = `${token(component)} ${request.getName()} cannot be made of these inputs${hidden.join("")}`;
    throw new FaultyInputs(
      message,
      wrong.filter((one) => !isSecret(one)),
    );
  }

  const monitor = new Monitor(request.getMonitorendpoint());
  try {
    const registered = await monitor.register({
      ...{ type: token(component), name: request.getName(), parent: request.getParent(), custom: false },
      ...{ inputs: encode({}), dependencies: request.getDependenciesList() },
      more: (one) => passOn(request, one),
    });
    const urn = registered.getUrn();
    const maker = new Making(monitor, request, urn, written, given);
    const state = encode(await component.construct(parsed, maker));
    await monitor.registerOutputs(urn, state);
    const response = new ConstructResponse().setUrn(urn).setState(state);
    for (const key of Object.keys(component.outputs.shape)) {
      const all = new ConstructResponse.PropertyDependencies().setUrnsList(maker.made);
      response.getStatedependenciesMap().set(key, all);
    }
    return response;
  } finally {
    monitor.close();
  }
}

/** What the program says of the component as a resource. */
function passOn(request: ConstructRequest, to: RegisterResourceRequest): void {
  if (request.hasProtect()) to.setProtect(request.getProtect() ?? false);
  to.setAliasesList(request.getAliasesList());
  for (const [name, provider] of request.getProvidersMap().entries() as Iterable<[string, string]>) {
    to.getProvidersMap().set(name, provider);
  }
}

class Making implements Maker {
  /** The URNs of what was made. */
  readonly made: string[] = [];
  readonly name: string;

  constructor(
    private readonly monitor: Monitor,
    private readonly request: ConstructRequest,
    private readonly urn: string,
    private readonly written: Json,
    private readonly given: Properties,
  ) {
    this.name = request.getName();
  }

  async make({ type, name, provider, inputs }: Child): Promise<Json> {
    const entries = Object.entries(inputs).filter(([, { value }]) => value !== undefined);
    const dependencies = Object.fromEntries(entries.map(([key, from]) => [key, this.dependenciesOf(from)]));
    const registered = await this.monitor.register({
      ...{ type: `netns:index:${type}`, name, parent: this.urn, custom: true },
      inputs: encode(
        Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
        entries.flatMap(([key, from]) => (this.isSecret(from) ? [[key]] : [])),
      ),
      provider: this.providerFor(provider),
      dependencies: [...new Set([...this.request.getDependenciesList(), ...Object.values(dependencies).flat()])],
      propertyDependencies: dependencies,
      more: (one) => {
        const timeouts = this.request.getCustomtimeouts();
        if (!timeouts) return;
        const its = new RegisterResourceRequest.CustomTimeouts();
        one.setCustomtimeouts(
          its.setCreate(timeouts.getCreate()).setUpdate(timeouts.getUpdate()).setDelete(timeouts.getDelete()),
        );
      },
    });
    this.made.push(registered.getUrn());
    const { values } = opened(registered.getObject()?.toJavaScript());
    return values;
  }

  async ask(name: string, args: Json, provider: string | undefined): Promise<Json | undefined> {
    const asked = this.monitor.invoke(`netns:index:${name}`, encode(args), this.providerFor(provider));
    // What the same run makes may have to be there for it.
    const answer = this.request.getDryrun() ? await asked.catch(() => undefined) : await asked;
    return answer && opened(answer.toJavaScript()).values;
  }

  private providerFor(named: string | undefined): string {
    return named ?? this.request.getProvidersMap().get("netns") ?? "";
  }

  private dependenciesOf({ of }: From): string[] {
    return [...new Set(of.flatMap((path) => this.dependenciesAt(path)))];
  }

  /** The engine tells them of each input, and SDKs within it as well, where it is made of outputs. */
  private dependenciesAt(path: readonly string[]): string[] {
    const [key = ""] = path;
    const told = dependenciesAt(this.written, [key]).length > 0;
    const whole = this.request.getInputdependenciesMap().get(key)?.getUrnsList() ?? [];
    return told ? dependenciesAt(this.written, path) : whole;
  }

  private isSecret({ of }: From): boolean {
    return of.some((path) => this.given.secrets.some((secret) => secret.every((key, index) => key === path[index])));
  }
}

function noComponent(asked: string, all: readonly Component[]): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `there is no component ${asked} in the netns provider`,
    todo: `It has ${all.map(token).join(", ")}.`,
  });
}
