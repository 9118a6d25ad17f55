'use strict';

// Runs inside the project's own Playwright, of whatever version, beside its reporters: `PW_TEST_REPORTER` names this file,
// `BGE2E_PLAYWRIGHT_FILE` the file to append to. One JSON object a line (contract/playwright-events.ts): the live channel and the
// report in one. Plain CommonJS without imports but Node's, and whatever happens here must not change the run: nothing is thrown.

const fs = require('node:fs');
const path = require('node:path');

/** Longer messages and stacks are cut: they are for a person. */
const LONGEST_TEXT = 20_000;

const file = process.env.BGE2E_PLAYWRIGHT_FILE;
// A Playwright that the tests start themselves is none of ours.
delete process.env.PW_TEST_REPORTER;
delete process.env.BGE2E_PLAYWRIGHT_FILE;

class BackgroundE2EReporter {
  constructor() {
    this.rootDir = '';
    this.descriptor = null;
    if (!file) return;
    try {
      this.descriptor = fs.openSync(file, 'a', 0o600);
    } catch (error) {
      process.stderr.write(`Background E2E Agent: ${file} cannot be written, so there will be no results: ${error.message}\n`);
    }
  }

  printsToStdio() {
    return false;
  }

  onBegin(config, suite) {
    this.rootDir = config.rootDir || '';
    this.write(() => ({
      type: 'begin',
      schema: 1,
      version: String(config.version || ''),
      rootDir: this.rootDir,
      total: suite.allTests().length,
      workers: Number(config.metadata?.actualWorkers || config.workers || 1),
    }));
  }

  onTestBegin(test, result) {
    this.write(() => ({ type: 'testBegin', ...this.nameOf(test), retry: result.retry }));
  }

  onTestEnd(test, result) {
    this.write(() => {
      const outcome = test.outcome();
      return {
        type: 'testEnd',
        ...this.nameOf(test),
        tags: test.tags || test.title.match(/@\S+/g) || [],
        retry: result.retry,
        status: result.status,
        expectedStatus: test.expectedStatus,
        outcome,
        // As Playwright's own reporters tell it. After the last allowed failure (maxFailures) it is said and does not come.
        willRetry: outcome === 'unexpected' && test.results.length <= test.retries,
        startedAt: result.startTime.getTime(),
        duration: Math.max(0, result.duration),
        errors: errorsOf(result).map((error) => ({ message: messageOf(error), stack: plain(error.stack), snippet: plain(error.snippet) })),
        attachments: (result.attachments || [])
          .filter((attachment) => attachment.path)
          .map(({ name, contentType, path }) => ({ name: String(name), contentType: String(contentType), path })),
      };
    });
  }

  onError(error) {
    this.write(() => ({ type: 'error', message: messageOf(error), stack: plain(error.stack) }));
  }

  onEnd(result) {
    this.write(() => ({ type: 'end', status: result.status }));
  }

  nameOf(test) {
    // ['', project, file, …describe blocks, test]
    const names = test.titlePath();
    return {
      id: test.id || [test.location.file, ...names, test.location.line, test.repeatEachIndex].join('\n'),
      title: names.slice(3),
      project: names[1] || '',
      file: path.relative(this.rootDir, test.location.file).split(path.sep).join('/'),
      line: test.location.line,
    };
  }

  write(event) {
    if (this.descriptor === null) return;
    try {
      const line = Buffer.from(`${JSON.stringify({ at: Date.now(), ...event() })}\n`);
      for (let written = 0; written < line.length; ) written += fs.writeSync(this.descriptor, line, written);
    } catch {
      // a full disk or an unforeseen shape: the run goes on, its exit code still tells
    }
  }
}

/** Old versions have one error in a result. */
function errorsOf(result) {
  if (result.errors && result.errors.length > 0) return result.errors;
  return result.error ? [result.error] : [];
}

/** What was thrown need not have been an error: then `value` is all there is. */
function messageOf(error) {
  return plain(error.message || error.value || error.stack || 'Unknown error');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI codes begin with one
const ANSI = /\u001b\[[0-9;:?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

function plain(text) {
  const stripped = String(text === undefined || text === null ? '' : text).replace(ANSI, '');
  return stripped.length > LONGEST_TEXT ? `${stripped.slice(0, LONGEST_TEXT)}…` : stripped;
}

module.exports = BackgroundE2EReporter;
