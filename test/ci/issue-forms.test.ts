/** The issue forms and their chooser, by what GitHub documents: nobody else checks them before GitHub shows them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../kit/command.ts';

type Attributes = Readonly<Record<string, unknown>>;

type Field = {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Attributes;
  readonly validations?: Attributes;
};

type Form = Readonly<Record<string, unknown>> & { readonly body: readonly Field[] };

const FOLDER = join(ROOT, '.github/ISSUE_TEMPLATE');
const CONFIG = 'config.yml';
const FORMS = readdirSync(FOLDER).filter((name) => name !== CONFIG);

const FORM_KEYS = ['name', 'description', 'body', 'title', 'labels', 'assignees', 'projects', 'type'];

/** What a field of each type must say, and what else it may say. */
const FIELDS: Readonly<
  Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }>
> = {
  markdown: { must: ['value'], may: [] },
  input: { must: ['label'], may: ['description', 'placeholder', 'value'] },
  textarea: { must: ['label'], may: ['description', 'placeholder', 'value', 'render'] },
  dropdown: { must: ['label', 'options'], may: ['description', 'multiple', 'default'] },
  checkboxes: { must: ['label', 'options'], may: ['description'] },
};

function read(name: string): unknown {
  return parse(readFileSync(join(FOLDER, name), 'utf8'));
}

function findFaults(form: Form): readonly string[] {
  const fields = form.body.filter(({ type }) => type !== 'markdown');
  const ids = fields.map(({ id }) => id ?? '');
  const labels = fields.map(({ attributes }) => String(attributes['label']));
  return [
    ...Object.keys(form).flatMap((key) => (FORM_KEYS.includes(key) ? [] : [`${key} is no key of a form`])),
    ...['name', 'description'].flatMap((key) => (isText(form[key]) ? [] : [`${key} is not text`])),
    ...(fields.length > 0 ? [] : ['nothing can be filled in']),
    ...ids.flatMap((id) => (/^[\w-]+$/.test(id) ? [] : [`${id} is no id`])),
    ...repeated(ids),
    // GitHub takes labels that differ only in signs and capitals for the same.
    ...repeated(labels.map((label) => label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))),
    ...form.body.flatMap(findFaultsOfField),
  ];
}

function findFaultsOfField({ type, attributes, validations = {} }: Field): readonly string[] {
  const { must, may } = FIELDS[type] ?? { must: [], may: [] };
  const name = `${type} ${String(attributes['label'])}`;
  return [
    ...(type in FIELDS ? [] : [`there is no type ${type}`]),
    ...must.flatMap((key) => (key in attributes ? [] : [`${name} has no ${key}`])),
    ...Object.keys(attributes).flatMap((key) => ([...must, ...may].includes(key) ? [] : [`${name}: ${key}`])),
    ...Object.entries(attributes).flatMap(([key, value]) =>
      ['options', 'multiple', 'default'].includes(key) || isText(value)
        ? []
        : [`${name}: ${key} is not text`],
    ),
    ...Object.entries(validations).flatMap(([key, value]) =>
      key === 'required' && typeof value === 'boolean' ? [] : [`${name}: validation ${key}`],
    ),
    ...findFaultsOfOptions(type, attributes['options']).map((fault) => `${name}: ${fault}`),
  ];
}

function findFaultsOfOptions(type: string, options: unknown): readonly string[] {
  if (options === undefined) return [];
  if (!Array.isArray(options) || options.length === 0) return ['no options'];
  const labels = (options as readonly unknown[]).map((option) =>
    type === 'checkboxes' ? (option as Attributes)['label'] : option,
  );
  return [
    // A bare `no` or `yes` may be read as a boolean; `None` is what GitHub itself offers.
    ...labels.flatMap((label) =>
      isText(label) && !/^none$/i.test(label) ? [] : [`option ${String(label)}`],
    ),
    ...repeated(labels.map(String)),
  ];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function repeated(values: readonly string[]): readonly string[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [`${value} twice`] : []));
}

test.each(FORMS)('%s is a form', (name) => {
  expect(name).toMatch(/\.yml$/);
  expect(findFaults(read(name) as Form)).toEqual([]);
});

test('there is a form for a bug and one for a feature', () => {
  expect(FORMS.toSorted()).toEqual(['bug.yml', 'feature.yml']);
});

describe('what is wrong with a form is found', () => {
  const form = read('bug.yml') as Form;
  const field = { type: 'input', id: 'a', attributes: { label: 'A' } };
  const withField = (changed: object) => ({ ...form, body: [field, { ...field, ...changed } as Field] });

  test.each<readonly [string, Form, string]>([
    ['no name', { ...form, name: undefined }, 'name is not text'],
    ['an unknown key', { ...form, hello: 'world' }, 'hello is no key of a form'],
    ['nothing to fill in', { ...form, body: [] }, 'nothing can be filled in'],
    ['an id twice', withField({ attributes: { label: 'B' } }), 'a twice'],
    ['labels that are alike', withField({ id: 'b', attributes: { label: 'a' } }), 'a twice'],
    ['an unknown type', withField({ type: 'slider' }), 'there is no type slider'],
    ['no label', withField({ attributes: {} }), 'input undefined has no label'],
    [
      'an option that is no text',
      withField({ type: 'dropdown', attributes: { label: 'B', options: [true] } }),
      'dropdown B: option true',
    ],
  ])('%s', (_, wrong, fault) => {
    expect(findFaults(wrong)).toContain(fault);
  });
});

test('the chooser allows no blank issue, and its links are whole', () => {
  const { blank_issues_enabled: blank, contact_links: links } = read(CONFIG) as {
    readonly blank_issues_enabled: unknown;
    readonly contact_links: readonly Readonly<Record<string, unknown>>[];
  };
  expect(blank).toBe(false);
  for (const link of links) {
    expect(Object.keys(link).toSorted()).toEqual(['about', 'name', 'url']);
    expect(Object.values(link).every(isText)).toBe(true);
    expect(new URL(String(link['url'])).protocol).toBe('https:');
  }
});
