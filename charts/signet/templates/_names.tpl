{{/* What every object of the chart is labelled with. */}}
{{- define "signet.labels" -}}
{{ include "signet.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What the pods of the webhook are found by; never changes. */}}
{{- define "signet.selector" -}}
app.kubernetes.io/name: signet
app.kubernetes.io/component: webhook
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The Secret with the serving certificate that is mounted, unless it is self-managed. */}}
{{- define "signet.tlsSecret" -}}
{{- if eq .Values.tls.mode "cert-manager" }}signet-webhook-cert{{ else }}{{ .Values.tls.secretName }}{{ end -}}
{{- end }}

{{/* How the API server calls the webhook: root, path. */}}
{{- define "signet.client" -}}
# The caBundle is left out: the webhook fills it in and mends it, under its own field manager.
clientConfig:
  service:
    name: signet-webhook
    namespace: {{ .root.Release.Namespace }}
    path: {{ .path }}
    port: 443
{{- end }}

{{/* What every webhook configuration is. */}}
{{- define "signet.configuration" -}}
metadata:
  name: {{ .Values.webhook.name }}
  labels:
    {{- include "signet.labels" . | nindent 4 }}
  {{- if eq .Values.tls.mode "cert-manager" }}
  annotations:
    cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/signet-webhook
  {{- end }}
{{- end }}

{{/* One entry of the MutatingWebhookConfiguration: root, name, operator, namespaces, failurePolicy. */}}
{{- define "signet.webhook" -}}
- name: {{ .name }}
  admissionReviewVersions: [v1]
  {{- include "signet.client" (dict "root" .root "path" "/mutate") | nindent 2 }}
  failurePolicy: {{ .failurePolicy }}
  matchPolicy: Equivalent
  namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: {{ .operator }}
        values: {{ toJson .namespaces }}
  # Istio may run after this one; then it is called again.
  reinvocationPolicy: IfNeeded
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [pods]
      scope: Namespaced
  sideEffects: None
  timeoutSeconds: {{ .root.Values.webhook.timeoutSeconds }}
  {{- with .root.Values.webhook.matchConditions }}
  matchConditions:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
