// The manifests of `portico init`: the smallest Ingress and Service that send a host to a local server.
import { endpointsAnnotation } from '../../compile/endpoints-annotation.ts'
import { nginxPrefix } from '../../policies/define-policy.ts'
import type { Origin } from './origin.ts'

/** What goes into them. Names are those that the Kubernetes API takes. */
export interface Starter {
  readonly name: string
  /** `undefined`: the objects name none, which is `default`. */
  readonly namespace: string | undefined
  readonly host: string
  /** Begins with a slash. */
  readonly path: string
  readonly hasTls: boolean
  readonly origin: Origin
}

/** Both as one YAML text, with comments for somebody who sees an Ingress for the first time. */
export function renderStarter({ name, namespace, host, path, hasTls, origin }: Starter): string {
  const inNamespace = namespace === undefined ? '' : `\n  namespace: ${quoted(namespace)}`
  const annotations = origin.isHttps ? `\n  annotations:\n    ${nginxPrefix}backend-protocol: "HTTPS"` : ''
  // Without a Secret: the local authority signs, and in a cluster the controller's default certificate is used.
  const tls = hasTls ? `\n  tls:\n    - hosts: [${quoted(host)}]` : ''
  return `# Requests for the host go to the Service, the path first.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${quoted(name)}${inNamespace}${annotations}
spec:${tls}
  rules:
    - host: ${quoted(host)}
      http:
        paths:
          - path: ${quoted(path)}
            pathType: Prefix
            backend:
              service:
                name: ${quoted(name)}
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: ${quoted(name)}${inNamespace}
  annotations:
    # Where your server listens; several are separated by commas. A cluster ignores this and asks the selector.
    ${endpointsAnnotation}: ${quoted(origin.endpoint)}
spec:
  selector:
    app: ${quoted(name)}
  ports:
    - port: 80
`
}

/** A scalar that YAML takes for text and nothing else. */
function quoted(text: string): string {
  const isPlain = /^[A-Za-z/][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return isPlain ? text : JSON.stringify(text)
}
