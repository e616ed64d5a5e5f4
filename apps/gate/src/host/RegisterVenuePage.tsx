import { useState, type SyntheticEvent } from 'react';
import { registerVenue } from '@health-kit/api';
import { isVenueKind, venueKinds } from '@health-kit/policy';
import { useLocation } from 'wouter';
import { BackLink, Button, ErrorSummary, FailureNotice, Notice, Page, Select, TextField, useLanguage, type FieldError } from '@health-kit/ui';
import type { Refusal } from '@health-kit/client';
import { routes, venueRoute } from '../routes.ts';
import { useText } from '../text.ts';
import { callAsHost } from './hostSession.ts';
import { emptyVenueForm, readVenueForm, type VenueFormErrors } from './venueForm.ts';
import styles from './host.module.css';

const fields = ['name', 'kind', 'address'] as const;
const kinds = Object.keys(venueKinds).filter(isVenueKind);

/** The form with which a venue is registered. */
export function RegisterVenuePage() {
  const text = useText();
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const [form, setForm] = useState(emptyVenueForm);
  const [errors, setErrors] = useState<VenueFormErrors>({});
  const [summary, setSummary] = useState<readonly FieldError[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);

  const errorText = (field: (typeof fields)[number], of = errors) => {
    const error = of[field];
    return error === undefined ? null : text(`register.errors.${error}`);
  };

  async function send(): Promise<void> {
    const read = readVenueForm(form);
    const found = read.ok ? {} : read.errors;
    setErrors(found);
    setSummary(fields.flatMap((field) => {
      const message = errorText(field, found);
      return message === null ? [] : [{ fieldId: `venue-${field}`, message }];
    }));
    setRefusal(null);
    if (!read.ok) return;
    setBusy(true);
    const answer = await callAsHost(registerVenue, { body: read.body });
    setBusy(false);
    if (answer.ok) navigate(venueRoute(answer.value.venueId), { replace: true });
    else setRefusal(answer);
  }
  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (!busy) void send();
  }

  return (
    <Page title={text('register.title')} lead={text('register.lead')} back={<BackLink to={routes.venues} />}>
      <ErrorSummary errors={summary} />
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextField
          id="venue-name" label={text('register.name')} hint={text('register.nameHint')} error={errorText('name')} autoComplete="organization"
          value={form.name} onChange={(name) => setForm({ ...form, name })}
        />
        <Select
          id="venue-kind" label={text('register.kind')} hint={text('register.kindHint')} error={errorText('kind')}
          value={form.kind} onChange={(kind) => setForm({ ...form, kind })}
          options={[{ value: '', label: text('register.choose') }, ...kinds.map((kind) => ({ value: kind, label: venueKinds[kind].name[language] }))]}
        />
        <TextField
          id="venue-address" label={text('register.address')} hint={text('register.addressHint')} error={errorText('address')} autoComplete="street-address"
          value={form.address} onChange={(address) => setForm({ ...form, address })}
        />
        <Position position={form.position} onChange={(position) => setForm({ ...form, position })} />
        <FailureNotice failure={refusal} />
        <div><Button type="submit" busy={busy}>{text('register.submit')}</Button></div>
      </form>
    </Page>
  );
}

type Place = { readonly latitude: number; readonly longitude: number } | null;

function Position({ position, onChange }: { readonly position: Place; readonly onChange: (position: Place) => void }) {
  const text = useText();
  const [state, setState] = useState<'idle' | 'asking' | 'refused'>('idle');
  function ask(): void {
    if (!('geolocation' in navigator)) {
      setState('refused');
      return;
    }
    setState('asking');
    navigator.geolocation.getCurrentPosition(({ coords: { latitude, longitude } }) => {
      setState('idle');
      onChange({ latitude, longitude });
    }, () => setState('refused'), { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
  }
  return (
    <fieldset className={styles.fieldset}>
      <legend>{text('register.position')}</legend>
      <p className={styles.soft}>{text('register.positionHint')}</p>
      <div className={styles.row} role="status">
        {position === null ? null : <strong>{text('register.positionIs', { latitude: position.latitude.toFixed(5), longitude: position.longitude.toFixed(5) })}</strong>}
      </div>
      {state === 'refused' ? <Notice kind="warning" announce>{text('register.positionRefused')}</Notice> : null}
      <div className={styles.row}>
        <Button look="secondary" busy={state === 'asking'} onClick={ask}>{text('register.usePosition')}</Button>
        {position === null ? null : <Button look="quiet" onClick={() => onChange(null)}>{text('register.removePosition')}</Button>}
      </div>
    </fieldset>
  );
}
