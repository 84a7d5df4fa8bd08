// How long reading takes: 10,000 Ingresses in one file of some 7 MB, into typed objects with positions; and reading it
// again after one of them changed.
// Run: node bench/parse.ts
import { readVersion } from '../src/sources/read-version.ts'
import { printResult, printRuntime } from './median.ts'

const count = 10_000
const rounds = 5

function manifest(index: number, revision: number): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: app-${index}
  namespace: team-${index % 100}
  labels:
    app.kubernetes.io/name: app-${index}
    app.kubernetes.io/part-of: shop
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "${600 + revision}"
    nginx.ingress.kubernetes.io/proxy-body-size: 10m
spec:
  ingressClassName: nginx
  tls:
    - hosts:
        - app-${index}.example.com
      secretName: app-${index}-tls
  rules:
    - host: app-${index}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: app-${index}
                port:
                  number: 8080
`
}

/** The file as it is after its middle Ingress was changed `revision` times. */
function fileText(revision: number): Buffer {
  const texts = Array.from({ length: count }, (_, index) =>
    manifest(index, index === count / 2 ? revision : 0),
  )
  return Buffer.from(texts.join(''))
}

async function medianOf(run: (round: number) => Promise<unknown>): Promise<number> {
  const durations: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await run(round)
    durations.push(performance.now() - start)
  }
  return durations.toSorted((a, b) => a - b)[durations.length >> 1]!
}

printRuntime()
const versions = Array.from({ length: rounds + 1 }, (_, revision) => fileText(revision))
console.log(`one file of ${(versions[0]!.length / 1e6).toFixed(1)} MB, ${count} Ingresses`)

const first = await readVersion('bench.yaml', versions[rounds]!, [])
const objects = first.flatMap(({ read }) => read.resources)
if (objects.length !== count) throw new Error(`read ${objects.length} of ${count} Ingresses`)

const whole = await medianOf(() => readVersion('bench.yaml', versions[0]!, []))
let previous = first.map(({ read }) => read)
const oneChanged = await medianOf(async round => {
  previous = (await readVersion('bench.yaml', versions[round]!, previous)).map(({ read }) => read)
})
printResult('read 10,000 Ingresses with positions', whole, 1500, 'ms')
printResult('read again, one of them changed', oneChanged, 150, 'ms')
