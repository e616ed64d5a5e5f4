/** FHIR R4 CapabilityStatement: what this endpoint does, which is to take transactions and nothing else. */
export function capabilityStatement(origin: string) {
  const creates = (type: string) => ({ type, interaction: [{ code: 'create' }], versioning: 'no-version', readHistory: false });
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-23',
    kind: 'instance',
    software: { name: 'Health Kit' },
    implementation: { description: 'Results of institutions', url: `${origin}/fhir` },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [{
      mode: 'server',
      documentation: 'Specimens are registered when they are taken; results refer to them by barcode. Nothing can be read or searched.',
      security: {
        service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
        description: 'SMART Backend Services: see /fhir/.well-known/smart-configuration',
      },
      resource: [creates('Specimen'), creates('Observation'), creates('DiagnosticReport')],
      interaction: [{ code: 'transaction' }],
    }],
  } as const;
}

/** SMART App Launch 2.2, "Conformance": where a backend service gets its token. */
export function smartConfiguration(origin: string) {
  return {
    token_endpoint: `${origin}/v1/institutions/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'ES384'],
    scopes_supported: ['system/Bundle.c', 'system/*.c'],
    capabilities: ['client-confidential-asymmetric', 'permission-v2'],
  };
}
