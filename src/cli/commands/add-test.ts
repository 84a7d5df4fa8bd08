// `portico test`.
import { type Command, Option } from 'commander'
import { collect } from '../flag-values.ts'
import { addFlags } from '../flags.ts'
import type { TestFlags } from '../test/test.ts'
import { outputFlag } from './output-flag.ts'

const testHelp = `
A file of expectations says what is to become of requests:

  apiVersion: portico.dev/v1alpha1
  kind: Expectations
  manifests: [.]                     # relative to this file
  flags: { map: ["shop/cart=127.0.0.1:3000"] }
  cases:
    - { request: "http://shop.test/cart", expect: "cart:80" }
    - { request: "http://shop.test/nothing", expect: 404 }
    - name: one request in ten goes to the canary
      request: { method: GET, url: "https://shop.test/", headers: { X-Team: a }, cookies: { stay: here } }
      expect: { variants: { stable: 90%, canary: 10% } }

expect has: status, service, ingress, host, path, sent, redirect, variant, endpoint, sentHeaders, variants; docs/testing.md
`

/** Adds `test`. */
export function addTest(program: Command): void {
  const command = program
    .command('test')
    .description('hold files of expectations against the manifests, or against a running proxy')
    .argument(
      '<file...>',
      'files of expectations, directories (all *.expect.yaml below them), or - for standard input',
    )
    .addOption(outputFlag(['text', 'json', 'junit']))
    .addOption(new Option('--junit <file>', 'write a JUnit report to this file too'))
    .addHelpText('after', testHelp)
  addFlags(command, 'What is asked:', [
    new Option(
      '--manifests <path>',
      'hold them against these manifests; repeatable (default: as the file says)',
    )
      .argParser(collect(text => text))
      .default([], ''),
    new Option(
      '--live <url>',
      'send the requests to this address instead; one for http://, one for https://, separated by commas',
    )
      .argParser(collect(text => text))
      .default([], ''),
    new Option('--cacert <file>', 'PEM file of the authority that signed what --live https:// shows'),
    new Option('-k, --insecure', 'take any certificate').default(false, ''),
  ]).action(async (files: string[], flags: TestFlags) => {
    const { test } = await import('../test/test.ts')
    process.exitCode = await test(files, flags)
  })
}
