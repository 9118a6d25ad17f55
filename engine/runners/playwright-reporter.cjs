'use strict';

// Runs inside the project's own Playwright, beside its reporters: `PW_TEST_REPORTER` names this file, `BGE2E_PLAYWRIGHT_FILE` the file to
// append to. One JSON object a line (contract/playwright-events.ts): the live channel and the report in one. Whatever happens here must
// not change the run, so nothing is ever thrown.

const { appendFileSync } = require('node:fs');
const { relative } = require('node:path');

const file = process.env.BGE2E_PLAYWRIGHT_FILE;
// A Playwright that the tests start themselves is none of ours.
delete process.env.PW_TEST_REPORTER;
delete process.env.BGE2E_PLAYWRIGHT_FILE;

// biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI codes begin with one
const plain = (text) => String(text ?? '').replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');

class BackgroundE2EReporter {
  printsToStdio() {
    return false;
  }

  onBegin(config, suite) {
    this.rootDir = config.rootDir;
    write(() => ({
      type: 'begin',
      schema: 1,
      version: String(config.version),
      rootDir: config.rootDir,
      total: suite.allTests().length,
      workers: config.workers ?? 1,
    }));
  }

  onTestBegin(test, result) {
    write(() => ({ type: 'testBegin', ...this.nameOf(test), retry: result.retry }));
  }

  onTestEnd(test, result) {
    write(() => ({
      type: 'testEnd',
      ...this.nameOf(test),
      tags: test.tags ?? [],
      retry: result.retry,
      status: result.status,
      expectedStatus: test.expectedStatus,
      outcome: test.outcome(),
      willRetry: ['failed', 'timedOut'].includes(result.status) && result.status !== test.expectedStatus && result.retry < test.retries,
      startedAt: result.startTime.getTime(),
      duration: Math.max(0, result.duration),
      errors: (result.errors ?? []).map(errorOf),
      attachments: (result.attachments ?? [])
        .filter(({ path }) => path)
        .map(({ name, contentType, path }) => ({ name: String(name), contentType: String(contentType), path })),
    }));
  }

  onError(error) {
    write(() => ({ type: 'error', message: plain(error.message ?? error.value), stack: plain(error.stack) }));
  }

  onEnd(result) {
    write(() => ({ type: 'end', status: result.status }));
  }

  nameOf(test) {
    // ['', project, file, …describe blocks, test]
    const [, project = '', , ...title] = test.titlePath();
    return { id: test.id, title, project, file: relative(this.rootDir ?? '', test.location.file), line: test.location.line };
  }
}

function errorOf(error) {
  return { message: plain(error.message ?? error.value), stack: plain(error.stack), snippet: plain(error.snippet) };
}

function write(event) {
  if (!file) return;
  try {
    appendFileSync(file, `${JSON.stringify({ at: Date.now(), ...event() })}\n`);
  } catch {
    // a full disk or an unforeseen shape: the run goes on, its exit code still tells
  }
}

module.exports = BackgroundE2EReporter;
