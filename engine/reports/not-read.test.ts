import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { readerFor } from './formats.ts';

const refusal = (text: string) => {
  try {
    return readerFor(new Content(text), 'out.x').name;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};

describe('a report that is known but not read', () => {
  it.each([
    [
      '<?xml version="1.0"?><!-- a run --><test-run id="0" result="Failed"><test-suite/></test-run>',
      'NUnit 3 XML',
      'dotnet test --logger trx',
    ],
    ['<assemblies><assembly name="shop" total="1"/></assemblies>', 'xUnit.net XML', 'dotnet test --logger trx'],
    ['<robot generator="Robot 7"><suite/></robot>', "Robot Framework's own XML", 'robot --xunit FILE'],
    ['<ns2:test-suite xmlns:ns2="urn:model.allure.qatools.yandex.ru"/>', 'Allure 1 XML', 'Allure 2 results'],
    ['<testng-results failed="0"/>', "TestNG's own XML", 'junitreports'],
    ['{"numTotalTests":1,"success":true,"testResults":[]}', 'the JSON of Jest or Vitest', 'jest-junit'],
    ['{"stats":{"tests":1},"tests":[],"pending":[],"failures":[],"passes":[]}', "mocha's own JSON", 'mochawesome'],
    ['[{"keyword":"Feature","name":"Cart","elements":[]}]', "Cucumber's JSON", '--format junit:FILE'],
    [
      '{"Time":"2026-03-02T10:11:12Z","Action":"start","Package":"shop"}\n{"Action":"run","Package":"shop","Test":"TestA"}\n',
      'go test -json',
      'gotestsum',
    ],
    ['{"Action":"run","Package":"shop","Test":"TestA"}', 'go test -json', 'gotestsum'],
    [
      '{"metric":"http_reqs","type":"Metric","data":{}}\n{"metric":"http_reqs","type":"Point","data":{}}',
      'k6 run --out json',
      '--summary-export',
    ],
    ['{"protocolVersion":"0.1.1","type":"start"}\n{"type":"done"}', "Dart's or Flutter's", 'junitreport'],
    ['{\n  "status": "passed",\n  "failedTests": []\n}', "Playwright's note", 'junit'],
  ])('is named, with what to have written in its place: %s', (text, name, instead) => {
    const sentence = refusal(text);
    expect(sentence).toMatch(/^out\.x is .*, which is not read here\. Have it written as .*\.$/);
    expect(sentence).toContain(name);
    expect(sentence).toContain(instead);
  });

  it('is not taken for one that is cut off or of no known format', () => {
    expect(refusal('{"Action":"run","Pack')).toContain('cut off');
    expect(refusal('<project><modelVersion/></project>')).toContain('in no format that is known here');
    expect(refusal('{"a":1}')).toContain('in no format that is known here');
  });
});
