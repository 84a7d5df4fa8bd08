// A request at the door, for tests of policies that admit: facts as in request-facts.ts, and an end that a test can bring about.
import type { AdmissionFacts } from '../../src/policies/admission.ts'
import { type FactsInput, requestFacts } from './request-facts.ts'

export interface TestAdmission extends AdmissionFacts {
  /** The request is over: whoever wanted to know is told. */
  end(): void
}

/** Facts of a request that can be admitted; its fields, `headers`, are all passed on. */
export function admissionFacts(input: FactsInput = {}): TestAdmission {
  const callbacks: (() => void)[] = []
  return {
    ...requestFacts(input),
    timeouts: { connectMs: 5_000, readMs: 60_000 },
    passingFields: () => Object.entries(input.headers ?? {}).flat(),
    backendFields: () => Object.entries(input.headers ?? {}).flat(),
    certificateFields: () => [],
    whenOver: callback => callbacks.push(callback),
    end: () => {
      for (const callback of callbacks.splice(0)) callback()
    },
  }
}
