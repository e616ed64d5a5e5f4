import { useState, type SyntheticEvent } from 'react';
import { listInstitutions, registerInstitution } from '@health-kit/api';
import { Button, EmptyState, ErrorSummary, Notice, Page, TextField, type FieldError } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { useAnswer, useSend } from '../answers/useAnswer.ts';
import { ChoiceField } from '../forms/ChoiceField.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import { InstitutionKeys } from './InstitutionKeys.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

const kinds = ['test-site', 'laboratory'] as const;
type Kind = (typeof kinds)[number];

/** Test sites and laboratories, a form for another one, and the keys of their systems. */
export function InstitutionsPage() {
  const text = useText();
  const [filter, setFilter] = useState('');
  const answer = useAnswer(listInstitutions, {});
  return (
    <Page title={text('shell.sections.institutions.name')}>
      <div className={lists.columns}>
        <section className={lists.section}>
          <div className={lists.toolbar}><FilterField value={filter} onChange={setFilter} label={text('administration.filterName')} /></div>
          <Answered answer={answer}>
            {({ institutions }) => {
              const shown = institutions.filter(({ name }) => matchesFilter(filter, [name]));
              if (institutions.length === 0) return <EmptyState symbol="tube" title={text('administration.noInstitutions')}>{text('administration.noInstitutionsText')}</EmptyState>;
              if (shown.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
              return (
                <Table caption={text('shell.sections.institutions.name')} columns={[{ label: text('administration.name') }, { label: text('administration.kind') }]}>
                  {shown.map(({ institutionId, name, kind }) => <tr key={institutionId}><td>{name}</td><td>{text(`administration.kinds.${kind}`)}</td></tr>)}
                </Table>
              );
            }}
          </Answered>
        </section>
        <InstitutionForm />
      </div>
      <InstitutionKeys />
    </Page>
  );
}

function InstitutionForm() {
  const text = useText();
  const send = useSend(registerInstitution, [listInstitutions]);
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind | null>(null);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (send.isPending) return;
    const wrong: FieldError[] = [];
    if (name.trim() === '') wrong.push({ fieldId: 'institutionName', message: text('administration.errors.institutionName') });
    if (kind === null) wrong.push({ fieldId: 'institutionKind', message: text('administration.errors.kind') });
    setErrors(wrong);
    if (kind === null || wrong.length > 0) return;
    send.mutate({ body: { name: name.trim(), kind } }, {
      onSuccess: () => {
        setName('');
        setKind(null);
      },
    });
  }
  const own = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message ?? null;
  return (
    <section className={lists.panel} aria-labelledby="institution-form">
      <h2 id="institution-form">{text('administration.registerInstitution')}</h2>
      <form className={forms.form} noValidate onSubmit={submit}>
        <ErrorSummary errors={errors} />
        {send.data === undefined ? null : <Notice kind="success" announce>{text('administration.institutionRegistered', { name: send.data.name })}</Notice>}
        {send.error === null ? null : <FailureNotice error={send.error} />}
        <TextField id="institutionName" label={text('administration.name')} hint={text('administration.institutionNameHint')} value={name} onChange={setName} error={own('institutionName')} maxLength={60} autoComplete="off" />
        <ChoiceField id="institutionKind" label={text('administration.kind')} value={kind} onChange={setKind} error={own('institutionKind')} options={kinds.map((value) => ({ value, label: text(`administration.kinds.${value}`) }))} />
        <div className={forms.actions}><Button type="submit" busy={send.isPending}>{text('administration.registerInstitution')}</Button></div>
      </form>
    </section>
  );
}
