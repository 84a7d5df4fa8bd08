// Annotations that speak to somebody else. They have no effect here, and a reader of a manifest should know that.

/** Prefixes of other ingress controllers' annotations, and who reads them. */
const controllers: readonly (readonly [prefix: string, reader: string])[] = [
  ['alb.ingress.kubernetes.io/', 'the AWS load balancer controller'],
  ['appgw.ingress.kubernetes.io/', 'the Azure application gateway controller'],
  ['haproxy-ingress.github.io/', 'HAProxy Ingress'],
  ['haproxy.com/', 'the HAProxy controller'],
  ['haproxy.org/', 'the HAProxy controller'],
  ['ingress.kubernetes.io/', 'controllers of before 2018'],
  ['ingress.gcp.kubernetes.io/', "Google's controller"],
  ['konghq.com/', 'Kong'],
  ['networking.gke.io/', "Google's controller"],
  ['nginx.com/', "NGINX Inc.'s controller"],
  ['nginx.org/', "NGINX Inc.'s controller"],
  ['projectcontour.io/', 'Contour'],
  ['traefik.ingress.kubernetes.io/', 'Traefik'],
  ['kubernetes.io/ingress.allow-http', "Google's controller"],
  ['kubernetes.io/ingress.global-static-ip-name', "Google's controller"],
]

/** Every prefix of the list, for documentation. */
export const foreignPrefixes: readonly string[] = controllers.map(([prefix]) => prefix)

/** Who reads an annotation (full key) that is meant for another controller; `undefined` for any other key. */
export function foreignReaderOf(annotation: string): string | undefined {
  return controllers.find(([prefix]) => annotation.startsWith(prefix))?.[1]
}
