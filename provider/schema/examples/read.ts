import ts from "typescript";

/** What a program says: a plain value, or something of what it makes, anywhere in lists and objects. */
export type Value = string | number | boolean | Ref | readonly Value[] | { readonly [key: string]: Value };

/** `link.a.name`, or a term of such, as PCL writes it. */
export class Ref {
  constructor(
    readonly text: string,
    readonly isTerm = false,
  ) {}
}

export type Statement =
  | { does: "make"; variable: string; name: string; token: string; args: Value; options: Value }
  | { does: "call"; variable: string; token: string; args: Value }
  | { does: "export"; variable: string; value: Value };

/** What an example's program in TypeScript does. It throws where that is nothing that every language can say. */
export function statementsOf(program: string): Statement[] {
  const source = ts.createSourceFile("example.ts", program, ts.ScriptTarget.Latest, true);
  const known = new Map<string, string>();
  const unused = (name: string, type: string) => ([...known.values()].includes(name) ? `${name}${type}` : name);

  function made(node: ts.Expression, variable?: string): Statement {
    if (ts.isNewExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const type = node.expression.name.text;
      const [name, args = {}, options = {}] = (node.arguments ?? []).map((argument) => valueAt(argument, known));
      const token = type === "Provider" ? "pulumi:providers:netns" : `netns:index:${type}`;
      return {
        does: "make",
        variable: variable ?? unused(String(name), type),
        name: String(name),
        token,
        args,
        options,
      };
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const name = node.expression.name.text.replace(/Output$/, "");
      const [args = {}] = node.arguments.map((argument) => valueAt(argument, known));
      return { does: "call", variable: variable ?? unused(name, "Result"), token: `netns:index:${name}`, args };
    }
    throw new Error(`no resource and no call: ${node.getText()}`);
  }

  return source.statements.flatMap((node) => {
    if (ts.isImportDeclaration(node)) return [];
    if (ts.isExpressionStatement(node)) return [register(made(node.expression))];
    if (!ts.isVariableStatement(node)) throw new Error(`no statement of examples: ${node.getText()}`);
    return node.declarationList.declarations.map(({ name, initializer }) => {
      if (!initializer) throw new Error(`no value: ${node.getText()}`);
      if (ts.isIdentifier(name)) {
        if (node.modifiers?.length) return { does: "export", variable: name.text, value: valueAt(initializer, known) };
        return register(made(initializer, name.text));
      }
      const whole = register(made(initializer));
      for (const element of name.elements) known.set(element.getText(), `${whole.variable}.${element.getText()}`);
      return whole;
    });
  });

  function register(statement: Statement): Statement {
    known.set(statement.variable, statement.variable);
    return statement;
  }
}

function valueAt(node: ts.Expression, known: ReadonlyMap<string, string>): Value {
  const of = (inner: ts.Expression) => valueAt(inner, known);
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNoSubstitutionTemplateLiteral(node)) return dedented(node.text);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return node.kind === ts.SyntaxKind.TrueKeyword;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(of);
  if (ts.isObjectLiteralExpression(node)) {
    return Object.fromEntries(
      node.properties.map((property) => {
        if (ts.isPropertyAssignment(property)) return [property.name.getText(), of(property.initializer)];
        if (ts.isShorthandPropertyAssignment(property)) return [property.name.text, of(property.name)];
        throw new Error(`no plain property: ${property.getText()}`);
      }),
    );
  }
  if (ts.isIdentifier(node)) return new Ref(known.get(node.text) ?? fail(node));
  if (ts.isPropertyAccessExpression(node)) return new Ref(`${textOf(of(node.expression))}.${node.name.text}`);
  if (ts.isBinaryExpression(node))
    return new Ref(`${textOf(of(node.left))} ${node.operatorToken.getText()} ${textOf(of(node.right))}`, true);
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "apply"
  )
    return applied(of(node.expression.expression), node.arguments[0], known);
  return fail(node);
}

/** What languages say of outputs by themselves stands in an `apply` here. */
function applied(output: Value, work: ts.Expression | undefined, known: ReadonlyMap<string, string>): Value {
  const parameter = work && ts.isArrowFunction(work) ? work.parameters[0] : undefined;
  if (!work || !ts.isArrowFunction(work) || !parameter || ts.isBlock(work.body)) throw new Error("no plain apply");
  return valueAt(work.body, new Map([...known, [parameter.name.getText(), textOf(output)]]));
}

/** Lines that stand as far in as the program around them, whose indentation means nothing. */
function dedented(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indent = Math.min(...lines.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return `${lines.map((line) => line.slice(indent)).join("\n")}\n`;
}

function textOf(value: Value): string {
  return value instanceof Ref ? value.text : JSON.stringify(value);
}

function fail(node: ts.Node): never {
  throw new Error(`nothing that every language can say: ${node.getText()}`);
}
