import { expect, it } from 'vitest'
import { compileManifest } from '../../../test/support/compile-manifest.ts'
import { chooseFindings, leftOutSummary } from './chosen-findings.ts'

const guarded = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: users
    nginx.ingress.kubernetes.io/auth-tls-secret: default/clients
    nginx.ingress.kubernetes.io/backend-protocol: HTTPS
    nginx.ingress.kubernetes.io/proxy-ssl-secret: default/backend
spec:
  tls: [{hosts: [shop.test], secretName: shop}]
  rules:
    - host: shop.test
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: lost, port: {number: 80}}}}]}
`

it('leaves out that Secrets are missing, whoever names them, and nothing else', () => {
  const { diagnostics } = compileManifest(guarded)
  const chosen = chooseFindings(diagnostics, { ignored: [], allowsMissingSecrets: true })
  expect(chosen.shown.map(({ code }) => code)).toEqual(['backend-service-missing'])
  expect(leftOutSummary(chosen)).toBe('; 4 about missing Secrets left out')
})

it('leaves out codes that are ignored, and counts them', () => {
  const { diagnostics } = compileManifest(guarded)
  const ignored = ['backend-service-missing', 'tls-secret-missing'] as const
  const chosen = chooseFindings(diagnostics, { ignored, allowsMissingSecrets: false })
  expect(new Set(chosen.shown.map(({ code }) => code))).toEqual(new Set(['secret-missing']))
  expect(leftOutSummary(chosen)).toBe('; 2 ignored')
})
