// Expected tables are what kubectl prints for these objects (pkg/printers/internalversion/printers.go).
import { describe, expect, it } from 'vitest'
import { readManifest } from '../../../test/support/read-manifest.ts'
import { readLabelSelector } from '../objects/label-selector.ts'
import { readWanted } from '../objects/wanted-objects.ts'
import { type GetOptions, getOutput } from './get-output.ts'

const manifests = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, labels: { tier: front, app: web }, creationTimestamp: '2026-01-01T00:00:00Z' }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [a.com], secretName: pair }]
  rules:
    - host: a.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
    - host: b.com
    - host: c.com
    - http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.7 }, { hostname: lb.example.com }] } }
---
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: { name: old, namespace: shop }
spec: { backend: { serviceName: cart, servicePort: 80 } }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx, parameters: { apiGroup: example.com, kind: Params, name: p } }
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: { name: web, labels: { app: web } }
    spec: { type: NodePort, clusterIP: 10.0.0.1, selector: { b: '2', a: '1' }, ports: [{ port: 80, nodePort: 30080 }, { port: 53, protocol: UDP, name: dns }] }
  - apiVersion: v1
    kind: Service
    metadata: { name: lb }
    spec: { type: LoadBalancer, externalIPs: [198.51.100.1], ports: [{ port: 80 }] }
    status: { loadBalancer: { ingress: [{ ip: 203.0.113.7 }, { ip: 203.0.113.8 }] } }
  - apiVersion: v1
    kind: Service
    metadata: { name: ext }
    spec: { type: ExternalName, externalName: example.com }
---
apiVersion: v1
kind: Endpoints
metadata: { name: web }
subsets: [{ addresses: [{ ip: 10.1.0.1 }, { ip: '::1' }], ports: [{ port: 80, name: a }, { port: 81, name: b }] }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
endpoints: [{ addresses: [10.1.0.1] }, { addresses: [10.1.0.2] }, { addresses: [10.1.0.3] }, { addresses: [10.1.0.4] }]
ports: [{ port: 8080 }]
---
apiVersion: v1
kind: Secret
metadata:
  name: pair
  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"aHVudGVyMg=="}}' }
stringData: { password: hunter2 }
hunter: hunter2
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { a: "1", b: "2" }
`

const { resources } = readManifest(manifests)
const now = Date.parse('2026-01-01T05:30:00Z')

function get(args: string, options: Partial<GetOptions> = {}) {
  return getOutput(readWanted(args.split(' ')), resources, {
    namespace: 'default',
    selector: undefined,
    takesPrefixes: false,
    output: 'text',
    showsLabels: false,
    showsHeaders: true,
    nowMs: now,
    ...options,
  })
}

function table(text: string): string {
  return `${text.trim().replace(/\n {4}/g, '\n')}\n`
}

describe('get', () => {
  it('shows Ingresses in the columns of kubectl', () => {
    expect(get('ingress').stdout).toBe(
      table(`
    NAME   CLASS   HOSTS                           ADDRESS            PORTS     AGE
    web    nginx   a.com,b.com,c.com + 1 more...   203.0.113.7,l...   80, 443   5h30m`),
    )
    expect(get('ing', { output: 'wide', showsHeaders: false }).stdout).toContain(
      '203.0.113.7,lb.example.com   80, 443',
    )
  })

  it('shows Services, with selectors where it is wide', () => {
    expect(get('svc', { output: 'wide' }).stdout).toBe(
      table(`
    NAME   TYPE           CLUSTER-IP   EXTERNAL-IP                            PORT(S)               AGE         SELECTOR
    ext    ExternalName   <none>       example.com                            <none>                <unknown>   <none>
    lb     LoadBalancer   <none>       203.0.113.7,203.0.113.8,198.51.100.1   80/TCP                <unknown>   <none>
    web    NodePort       10.0.0.1     <none>                                 80:30080/TCP,53/UDP   <unknown>   a=1,b=2`),
    )
  })

  it('shows the other kinds, each under its own header, with names that say the kind', () => {
    expect(get('ep,endpointslice,secret,cm,ingressclass').stdout).toBe(
      table(`
    NAME            ENDPOINTS                                      AGE
    endpoints/web   10.1.0.1:80,[::1]:80,10.1.0.1:81 + 1 more...   <unknown>

    NAME                                   ADDRESSTYPE   PORTS   ENDPOINTS                                AGE
    endpointslice.discovery.k8s.io/web-x   IPv4          8080    10.1.0.1,10.1.0.2,10.1.0.3 + 1 more...   <unknown>

    NAME          TYPE     DATA   AGE
    secret/pair   Opaque   1      <unknown>

    NAME                 DATA   AGE
    configmap/settings   2      <unknown>

    NAME                                   CONTROLLER             PARAMETERS             AGE
    ingressclass.networking.k8s.io/nginx   k8s.io/ingress-nginx   Params.example.com/p   <unknown>`),
    )
  })

  it('looks into one namespace, or with -A into all', () => {
    expect(
      get('ing', { namespace: undefined })
        .stdout.split('\n')
        .map(line => line.slice(0, 18)),
    ).toEqual(['NAMESPACE   NAME  ', 'default     web   ', 'shop        old   ', ''])
    expect(get('svc', { namespace: 'shop' })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No resources found in shop namespace.\nThere are some in default: add -n default, or -A.\n',
    })
  })

  it('takes names after a kind, or pairs of both, and says like kubectl what is not there', () => {
    expect(get('ing/web svc/lb svc/web', { output: 'name' }).stdout).toBe(
      'ingress.networking.k8s.io/web\nservice/lb\nservice/web\n',
    )
    expect(get('services wep ext', { showsHeaders: false })).toEqual({
      code: 1,
      stdout: 'ext   ExternalName   <none>   example.com   <none>   <unknown>\n',
      stderr: 'Error from server (NotFound): services "wep" not found\ndid you mean "web"?\n',
    })
    expect(get('ingress old').stderr).toBe(
      'Error from server (NotFound): ingresses.networking.k8s.io "old" not found\nthere is one in namespace shop: add -n shop\n',
    )
    for (const wrong of [',', 'pods', 'ing svc/web', 'ing/', 'ing/a/b', './x'])
      expect(() => get(wrong), wrong).toThrow()
  })

  it('selects by labels', () => {
    const names = (selector: string) =>
      get('ing,svc', { output: 'name', selector: readLabelSelector(selector) }).stdout
    expect(names('app=web')).toBe('ingress.networking.k8s.io/web\nservice/web\n')
    expect(names('app=web,tier notin (back)').split('\n')).toHaveLength(3)
    expect(names('tier in (front, back)')).toBe('ingress.networking.k8s.io/web\n')
    expect(names('!app')).toBe('service/ext\nservice/lb\n')
    expect(names('app!=web')).toBe('service/ext\nservice/lb\n')
    expect(get('ing', { showsLabels: true }).stdout).toMatch(/AGE +LABELS\n.* {3}app=web,tier=front\n$/)
    expect(() => readLabelSelector('a b')).toThrow()
  })

  it('gives objects in the form of Kubernetes, whatever they were written in', () => {
    const old = JSON.parse(get('ing old', { namespace: 'shop', output: 'json' }).stdout)
    expect(old).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'old', namespace: 'shop' },
      spec: { defaultBackend: { service: { name: 'cart', port: { number: 80 } } } },
    })
    const list = JSON.parse(get('svc', { output: 'json' }).stdout)
    expect([list.apiVersion, list.kind, list.items.length]).toEqual(['v1', 'List', 3])
    expect(list.items[2].spec.ports[0]).toEqual({ port: 80, nodePort: 30080 })
    expect(get('cm settings', { output: 'yaml' }).stdout).toBe(
      "apiVersion: v1\ndata:\n  a: '1'\n  b: '2'\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\n",
    )
    expect(JSON.parse(get('ing', { namespace: 'none', output: 'json' }).stdout).items).toEqual([])
  })

  it('never shows what a Secret holds', () => {
    for (const output of ['text', 'wide', 'json', 'yaml', 'name'] as const) {
      const { stdout } = get('secret pair', { output })
      expect(stdout).toContain('pair')
      expect(stdout).not.toMatch(/hunter2|aHVudGVyMg/)
    }
    expect(JSON.parse(get('secret pair', { output: 'json' }).stdout).data).toEqual({ password: '<7 bytes>' })
  })
})
