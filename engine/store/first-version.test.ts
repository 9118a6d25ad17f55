import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type MethodName, methods, notifications } from '../../contract/api.ts';
import { AttemptSpec, AttemptStatus, Sample } from '../../contract/attempt.ts';
import { HostFile } from '../../contract/host.ts';
import { toCamelCase } from '../../contract/json.ts';
import { Settings } from '../../contract/settings.ts';
import { Task } from '../../contract/task.ts';
import { TaskEvent } from '../../contract/views.ts';
import { Suite } from '../runners/suite.ts';
import { openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations.ts';
import { TaskStore } from './tasks.ts';

// What the first version wrote to its sockets and its files, recorded from a run of it. Every later version reads it.

const folder = join(import.meta.dirname, '..', '..', 'contract', 'testing', 'first-version');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const json = (name: string): unknown => JSON.parse(text(name));
const lines = (name: string): unknown[] =>
  text(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const Rows = z.record(z.string(), z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))));
const rows = Rows.parse(json('rows.json'));
const calls = z.record(z.string(), z.object({ params: z.unknown(), result: z.unknown() })).parse(json('calls.json'));
const notices = z.record(z.string(), z.unknown()).parse(json('notifications.json'));
const isMethod = (name: string): name is MethodName => name in methods;

/** The same with a field that no version knows in each object; those whose keys are data get none. */
function withUnknownFields(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withUnknownFields(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, withUnknownFields(item, name)]);
  const holdsData = ['env', 'envVars', 'environment', 'request'].includes(key);
  return Object.fromEntries(holdsData ? entries : [...entries, ['ofALaterVersion', { x: 1 }]]);
}

/** Each schema that the other side's bytes pass, and the bytes. */
const read: [string, z.ZodType, unknown][] = [
  ...Object.entries(calls).flatMap(([name, { params, result }]): [string, z.ZodType, unknown][] =>
    isMethod(name)
      ? [
          [`the parameters of ${name}`, methods[name].params, params],
          [`the answer of ${name}`, methods[name].result, result],
        ]
      : [],
  ),
  ...Object.entries(notifications).flatMap(([name, schema]): [string, z.ZodType, unknown][] =>
    name in notices ? [[`the notification ${name}`, schema, notices[name]]] : [],
  ),
  ...(rows.tasks ?? []).flatMap((row): [string, z.ZodType, unknown][] => [
    [`the row of task ${row.number}`, Task, JSON.parse(String(row.json))],
    [`the suite of task ${row.number}`, Suite, JSON.parse(String(row.suite))],
  ]),
  ...(rows.events ?? []).map((row): [string, z.ZodType, unknown] => [
    `event ${row.seq}`,
    TaskEvent,
    { ...JSON.parse(String(row.json)), seq: row.seq },
  ]),
  ['status.json', AttemptStatus, json('status.json')],
  ['spec.json', AttemptSpec, json('spec.json')],
  ['host.json', HostFile, json('host.json')],
  ...lines('samples.ndjson').map((line, index): [string, z.ZodType, unknown] => [`sample ${index}`, Sample, line]),
];

test('all of the first version was recorded', () => {
  const added = new Set(read.map(([name]) => name));
  for (const name of ['hello', 'addTask', 'subscribe', 'readLog', 'cancelTasks']) expect(added).toContain(`the answer of ${name}`);
  expect(read.length).toBeGreaterThan(50);
});

test.each(read)('%s of the first version is read, and nothing of it is lost', (_, schema, value) => {
  expect(schema.parse(value)).toMatchObject(Object(value));
});

test.each(read)('%s with fields of a later version is read as if they were not there', (_, schema, value) => {
  expect(schema.parse(withUnknownFields(value))).toEqual(schema.parse(value));
});

test("the first version's settings are read", () => {
  expect(Settings.parse(toCamelCase(json('settings.json')))).toMatchObject({ slots: 2, graceSeconds: 5 });
});

test("the first version's database is opened, its tasks and their suites are there", () => {
  const home = mkdtempSync(join(tmpdir(), 'bge2e-first-'));
  const path = join(home, 'queue.db');
  try {
    const old = new DatabaseSync(path);
    old.exec(MIGRATIONS[0] ?? '');
    for (const [table, content] of Object.entries(rows)) {
      for (const row of content) {
        const names = Object.keys(row);
        old.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(...Object.values(row));
      }
    }
    old.exec('PRAGMA user_version = 1');
    old.close();
    const database = openDatabase(path);
    const store = new TaskStore(database, () => {});
    for (const row of rows.tasks ?? []) {
      expect(store.get(String(row.id))).toMatchObject(JSON.parse(String(row.json)));
      expect(store.suiteOf(String(row.id)).category).toBe(row.category);
    }
    expect(store.isRebuilt).toBe(true);
    expect(store.ended({ limit: 10 }).tasks).toHaveLength((rows.tasks ?? []).length);
    database.close();
  } finally {
    rmSync(home, { recursive: true });
  }
});
