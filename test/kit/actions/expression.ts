/** Expressions of GitHub Actions, by GitHub's own evaluator. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** `github`, `inputs`, `steps` and so on. */
export type Contexts = Readonly<Record<string, unknown>>;

/** A value of a workflow with its `${{ … }}` put in. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_whole, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}

/** What an `if` comes to. `hasFailed`: a step before this one has; without a word on that, it does not run then. */
export function isMet(condition: string | undefined, contexts: Contexts, hasFailed: boolean): boolean {
  const expression = (condition ?? 'success()').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  const asksForStatus = /\b(always|success|failure|cancelled)\(\)/.test(expression);
  if (hasFailed && !asksForStatus) return false;
  const result = evaluate(expression, contexts, hasFailed);
  return result.kind === data.Kind.Boolean ? result.value : result.coerceString() !== '';
}

function evaluate(expression: string, contexts: Contexts, hasFailed = false): data.ExpressionData {
  const status = { always: true, success: !hasFailed, failure: hasFailed, cancelled: false };
  const functions = Object.entries(status).map(([name, is]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(is),
  }));
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, context, new Map(functions.map((one) => [one.name, one]))).evaluate();
}
