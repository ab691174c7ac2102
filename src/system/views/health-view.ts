/** Health as it is answered: in the manner of `application/health+json`, or in Spring's words. */
import { jsonAnswer, type SystemAnswer, textAnswer } from '../call.ts';
import type { HealthReport, HealthRow, HealthWord } from '../health/health.ts';

/** What may be told of the program beside its health. */
export interface HealthAbout {
  readonly version: string | undefined;
  readonly releaseId: string | undefined;
}

const SPRING: Readonly<Record<HealthWord, string>> = { pass: 'UP', warn: 'UP', fail: 'DOWN' };

function httpStatus(status: HealthWord): 200 | 503 {
  return status === 'fail' ? 503 : 200;
}

/** A probe's answer: one word, or a line for each row. */
export function probeAnswer({ status, rows }: HealthReport, isVerbose: boolean): SystemAnswer {
  const lines = isVerbose ? rows.map((row) => `[${row.status === 'pass' ? '+' : '-'}] ${row.name}: ${row.status}`) : [];
  return textAnswer(`${[...lines, status].join('\n')}\n`, httpStatus(status));
}

/** The health body. Details are for those who are authorised. */
export function healthAnswer(report: HealthReport, about: HealthAbout, isAuthorised: boolean): SystemAnswer {
  const { version, releaseId } = about;
  const details = {
    ...(version === undefined ? {} : { version }),
    ...(releaseId === undefined ? {} : { releaseId }),
    checks: Object.fromEntries(report.rows.map((row) => [row.name, [checkOf(row)]])),
  };
  const body = { status: report.status, ...(isAuthorised ? details : {}) };
  return jsonAnswer(body, httpStatus(report.status), 'application/health+json');
}

function checkOf({ status, at, observedValue, observedUnit, output }: HealthRow): object {
  return { status, observedValue, observedUnit, time: new Date(at).toISOString(), output };
}

/** The same in the words of Spring Boot's Actuator. */
export function springAnswer(report: HealthReport, isAuthorised: boolean): SystemAnswer {
  const components = Object.fromEntries(
    report.rows.map(({ name, status, observedValue, output }) => [
      name,
      { status: SPRING[status], details: { value: observedValue, output } },
    ]),
  );
  const body = { status: SPRING[report.status], ...(isAuthorised ? { components } : {}) };
  return jsonAnswer(body, httpStatus(report.status), 'application/vnd.spring-boot.actuator.v3+json');
}
