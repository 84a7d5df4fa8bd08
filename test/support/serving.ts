// The smallest manifests that serve a host: one Ingress, one Service with its endpoints written on it.

export interface ServingOptions {
  readonly name?: string
  readonly namespace?: string
  readonly path?: string
  readonly pathType?: 'Exact' | 'Prefix' | 'ImplementationSpecific'
  readonly annotations?: Record<string, string>
}

/** An Ingress for `host` and a Service with these endpoints (`127.0.0.1:3000`, several separated by commas). */
export function serving(host: string, endpoints: string, options: ServingOptions = {}): string {
  const { name = 'web', namespace = 'default', path = '/', pathType = 'Prefix', annotations = {} } = options
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations: ${JSON.stringify(annotations)}
spec:
  rules:
    - host: "${host}"
      http:
        paths:
          - path: "${path}"
            pathType: ${pathType}
            backend: { service: { name: ${name}, port: { number: 80 } } }
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations: { portico/endpoints: "${endpoints}" }
spec:
  ports: [{ port: 80 }]
`
}
