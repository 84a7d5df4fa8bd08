// Expected texts are what kubectl prints for these objects (kubectl, pkg/describe), but for what Portico adds.
import { describe, expect, it } from 'vitest'
import { compileOptions } from '../../../test/support/compile.ts'
import { readManifest } from '../../../test/support/read-manifest.ts'
import { createCompiler } from '../../compile/compile.ts'
import { readWanted } from '../objects/wanted-objects.ts'
import { describeOutput } from './describe-objects.ts'
import { describeManifests } from './described-manifests.ts'
import { TabbedText } from './tabbed-text.ts'

const manifests = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  labels: { tier: front, app: web }
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 8m
    example.com/long: "first\\nsecond \\u001b[2J"
spec:
  ingressClassName: nginx
  tls: [{ hosts: [a.com, b.com], secretName: pair }, { hosts: [c.com] }]
  rules:
    - host: a.com
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }
          - { path: /api, pathType: Prefix, backend: { service: { name: gone, port: { name: http } } } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web-canary
  annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "30" }
spec:
  rules:
    - host: a.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: next, port: { number: 80 } } } }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: z-late, namespace: shop }
spec:
  defaultBackend: { service: { name: web, port: { number: 80 } } }
  rules:
    - host: a.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, annotations: { portico/endpoints: "127.0.0.1:3000,127.0.0.1:3001,127.0.0.1:3002,127.0.0.1:3003" } }
spec: { clusterIP: 10.0.0.1, selector: { app: web }, sessionAffinity: ClientIP, ports: [{ name: http, port: 80, targetPort: web }, { name: dns, port: 53, protocol: UDP }] }
---
apiVersion: v1
kind: Service
metadata: { name: next, annotations: { portico/endpoints: "127.0.0.1:4000" } }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: pair }
stringData: { password: hunter2 }
---
apiVersion: v1
kind: Endpoints
metadata: { name: old }
subsets: [{ addresses: [{ ip: 10.1.0.1 }], notReadyAddresses: [{ ip: 10.1.0.2 }], ports: [{ port: 80, name: http }] }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, labels: { kubernetes.io/service-name: other } }
addressType: IPv4
endpoints: [{ addresses: [10.1.0.1], conditions: { ready: false } }]
ports: [{ port: 8080 }]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx, parameters: { apiGroup: example.com, kind: Params, name: p } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { one: "1", text: "a\\nb" }
`

const { resources } = readManifest(manifests)
const compiled = createCompiler(compileOptions()).compile(resources)
const described = describeManifests(resources, compiled, compiled.diagnostics, [])

function run(args: string, namespace = 'default') {
  const scope = {
    namespace: namespace === 'all' ? undefined : namespace,
    selector: undefined,
    takesPrefixes: true,
  }
  return describeOutput(readWanted(args.split(' ')), described, scope)
}

function page(text: string): string {
  return `${text.trim().replace(/\n {4}/g, '\n')}\n`
}

/** Without our findings, whose words are tested elsewhere. */
function withoutEvents(text: string): string {
  return text.slice(0, text.indexOf('Events:'))
}

describe('describe', () => {
  it('lays an Ingress out as kubectl does, endpoints included, and adds its canaries', () => {
    expect(withoutEvents(run('ing/web').stdout)).toBe(
      page(`
    Name:             web
    Labels:           app=web
                      tier=front
    Namespace:        default
    Address:
    Ingress Class:    nginx
    Default backend:  <default>
    TLS:
      pair terminates a.com,b.com
      SNI routes c.com
    Rules:
      Host        Path  Backends
      ----        ----  --------
      a.com
                  /      web:80 (127.0.0.1:3000,127.0.0.1:3001,127.0.0.1:3002 + 1 more...)
                  /api   gone:http (<error: Service "gone" does not exist>)
    Annotations:  example.com/long:
                    first
                    second \\x1b[2J
                  nginx.ingress.kubernetes.io/proxy-body-size: 8m
    Canaries:     a.com/ by 30% to next:80 (Ingress default/web-canary)
    Policies:
      Setting          Value  From
      -------          -----  ----
      proxy-body-size  8m     test.yaml:8:50 (Ingress default/web)`),
    )
  })

  it('says what is wrong with it where kubectl has events', () => {
    const { stdout } = run('ing/web')
    expect(stdout).toMatch(/^Events:\n {2}Type +Reason +Age +From +Message\n {2}---- +/m)
    expect(stdout).toMatch(
      /^ {2}Warning +backend-service-missing +<unknown> +test.yaml:18:54 +path \/api: Service "gone"/m,
    )
    expect(run('svc/next').stdout).toMatch(/^Events: +<none>$/m)
  })

  it('says what a canary is the canary for, and against which rule one has lost', () => {
    expect(run('ing/web-canary').stdout).toMatch(/^Canary for: +a.com\/ by 30% of Ingress default\/web$/m)
    const late = run('ing/z-late', 'shop').stdout
    expect(late).toMatch(/^Conflicts lost: +path \/: .* is taken on a.com by Ingress default\/web/m)
    expect(late).toMatch(/^Default backend: +web:80 \(<error: Service "web" does not exist/m)
  })

  it('lays a Service out as kubectl does, and says which requests it gets', () => {
    expect(run('svc/web').stdout).toBe(
      page(`
    Name:              web
    Namespace:         default
    Labels:            <none>
    Annotations:       portico/endpoints: 127.0.0.1:3000,127.0.0.1:3001,127.0.0.1:3002,127.0.0.1:3003
    Selector:          app=web
    Type:              ClusterIP
    IP Families:       <none>
    IP:                10.0.0.1
    IPs:               <none>
    Port:              http  80/TCP
    TargetPort:        web/TCP
    Endpoints:         127.0.0.1:3000,127.0.0.1:3001,127.0.0.1:3002 + 1 more...
    Port:              dns  53/UDP
    TargetPort:        53/UDP
    Endpoints:         <none>
    Session Affinity:  ClientIP
    Requests for:      a.com/ (Ingress default/web)
    Events:            <none>`),
    )
    expect(run('svc/next').stdout).toMatch(/^Requests for: +a.com\/ by 30% \(Ingress default\/web-canary\)$/m)
  })

  it('lays the other kinds out as kubectl does', () => {
    expect(withoutEvents(run('ep/old endpointslice/web-x ingressclass/nginx').stdout)).toContain('Subsets:')
    const middle = (args: string) => run(args).stdout.split('\n').slice(3, -2).join('\n')
    expect(middle('ep/old')).toBe(
      page(`
    Annotations:  <none>
    Subsets:
      Addresses:          10.1.0.1
      NotReadyAddresses:  10.1.0.2
      Ports:
        Name  Port  Protocol
        ----  ----  --------
        http  80    TCP`),
    )
    expect(middle('endpointslice/web-x')).toBe(
      page(`
    Annotations:  <none>
    AddressType:  IPv4
    Ports:
      Name     Port  Protocol
      ----     ----  --------
      <unset>  8080  TCP
    Endpoints:
      - Addresses:  10.1.0.1
        Conditions:
          Ready:  false`).trimEnd(),
    )
    expect(middle('ingressclass/nginx')).toBe(
      page(`
    Controller:   k8s.io/ingress-nginx
    Parameters:
      APIGroup:  example.com
      Kind:      Params
      Name:      p`).trimEnd(),
    )
    expect(middle('cm/settings')).toContain('\n\nData\n====\none:\n----\n1\n\ntext:\n----\na\nb\n')
  })

  it('tells how long the entries of a Secret are, never what they say', () => {
    const { stdout } = run('secret/pair')
    expect(stdout).toMatch(/\nType: {2}Opaque\n\nData\n====\npassword: {2}7 bytes\n/)
    expect(stdout).not.toContain('hunter2')
  })

  it('describes all of a kind, those that begin with a name, and says what is not there', () => {
    expect(run('ing', 'all').stdout.match(/^Name:.*/gm)).toHaveLength(3)
    expect(run('ing web-c').stdout).toMatch(/^Name: +web-canary$/m)
    expect(run('ing web').stdout.match(/^Name:.*/gm)).toHaveLength(1)
    expect(run('ing weeb')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('NotFound'),
    })
    expect(run('cm', 'shop').stderr).toMatch(/^No resources found in shop namespace\.\n/)
  })
})

it('aligns lists of any length', () => {
  const text = new TabbedText()
  text.addList(
    0,
    'Lines:',
    Array.from({ length: 200_000 }, (_, index) => `${index}`),
  )
  expect(text.render().split('\n').slice(0, 2)).toEqual(['Lines:  0', '        1'])
})
