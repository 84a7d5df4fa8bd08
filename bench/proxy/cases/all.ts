// The list of cases, in the order in which they run.
import { plainGet } from '../request-shape.ts'
import { type BenchCase, usual } from './bench-case.ts'
import { type HttpCaseShape, httpCase } from './http-case.ts'

const keepAliveGet: HttpCaseShape = {
  name: '12b',
  title: 'GET, answer of 12 bytes, 64 connections',
  request: plainGet,
  answerBytes: 12,
  connections: 64,
  scheme: 'http',
  variants: [usual],
  share: 1,
  unitsPerRequest: 1,
}

/** All cases. */
export const allCases: readonly BenchCase[] = [httpCase(keepAliveGet)]
