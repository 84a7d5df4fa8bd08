// What a Service port's appProtocol comes to, and what is said of it.
import { describe, expect, test } from 'vitest'
import { service } from '../../test/support/resources.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { checkAppProtocols, protocolOf } from './app-protocol.ts'

describe('appProtocol', () => {
  test.each([
    ['kubernetes.io/h2c', 'grpc'],
    ['grpc', 'grpc'],
    ['https', 'https'],
    ['HTTPS', 'https'],
    ['kubernetes.io/wss', 'https'],
    ['kubernetes.io/ws', undefined],
    ['http', undefined],
    ['postgresql', undefined],
    [undefined, undefined],
  ])('%s is %s', (written, protocol) => expect(protocolOf(written)).toBe(protocol))

  test.each([
    ['kubernetes.io/h2', 1],
    ['kubernetes.io/h2c', 0],
    ['kubernetes.io/ws', 0],
    ['postgresql', 0],
    ['example.com/kubernetes.io/h2', 0],
  ])('%s is reported %i times', (appProtocol, times) => {
    const given = service()
    const diagnostics: Diagnostic[] = []
    checkAppProtocols({ ...given, ports: given.ports.map(port => ({ ...port, appProtocol })) }, diagnostics)
    expect(diagnostics.map(({ code }) => code)).toEqual(Array(times).fill('field-value'))
  })
})
