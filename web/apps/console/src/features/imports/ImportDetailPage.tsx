/** One import. Its id is in the address, so that it survives a reload; the step is what the server says it is. */

import type { Import } from '@belfry/api/console';
import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CirclePause, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { Loaded } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { Page, Section } from '../../components/Page';
import { Forbidden } from '../../components/State';
import { Columns } from './Columns';
import { Finished } from './Finished';
import { ImportMenu } from './ImportMenu';
import { ImportStatusMark } from './ImportStatusMark';
import { importQuery } from './queries';
import { Review } from './Review';
import { type Step, Steps } from './Steps';
import { useImport } from './use-import';
import { Working } from './Working';

const route = getRouteApi('/_in/w/$ws/people/import/$id');

const stepOf: Record<Import['status'], Step> = {
  uploading: 'columns',
  mapped: 'columns',
  failed: 'columns',
  checking: 'check',
  checked: 'check',
  interrupted: 'check',
  running: 'import',
  done: 'import',
};

export function ImportDetailPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { id } = route.useParams();
  const mayWrite = useMay('users:write');
  const query = useQuery({ ...importQuery(workspace.id, id), enabled: mayWrite });
  const back = { to: `/w/${workspace.slug}/people/import`, label: t('import.title') };
  return (
    <Page
      title={query.data?.filename ?? t('import.title')}
      aside={query.data && <ImportStatusMark status={query.data.status} />}
      lead={query.data && <About it={query.data} />}
      back={back}
      actions={query.data && <ImportMenu it={query.data} />}
    >
      {mayWrite ? (
        <Loaded query={query} up={back}>
          {(it) => <Wizard key={it.id} it={it} />}
        </Loaded>
      ) : (
        <Forbidden />
      )}
    </Page>
  );
}

/** What the server found the file to be. */
function About({ it }: { it: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names: Record<string, string> = {
    ',': t('import.separator_comma'),
    ';': t('import.separator_semicolon'),
    '\t': t('import.separator_tab'),
    '|': t('import.separator_bar'),
  };
  return t('import.about', {
    count: it.rows,
    size: format.bytes(it.bytes),
    encoding: it.encoding.toUpperCase() === 'UTF-8' ? 'UTF-8' : it.encoding,
    separator: names[it.separator] ?? it.separator,
  });
}

function Wizard({ it }: { it: Import }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const actions = useImport(it.id);
  // Going back to the columns changes nothing until they are checked again.
  const [again, setAgain] = useState(false);
  const columns = again && it.status === 'checked';
  const step = columns ? 'columns' : stepOf[it.status];
  return (
    <>
      <Steps now={step} done={it.status === 'done'} />
      {it.status === 'failed' && (
        <Alert
          role="alert"
          color="red"
          title={t('import.failed')}
          icon={<TriangleAlert size={18} aria-hidden />}
        >
          {it.error}
        </Alert>
      )}
      {step === 'columns' && (
        <Columns
          it={it}
          check={(mapping) => {
            setAgain(false);
            actions.check(mapping);
          }}
          busy={actions.busy}
        />
      )}
      {(it.status === 'checking' || it.status === 'running') && <Working it={it} />}
      {it.status === 'checked' && !columns && (
        <Review it={it} back={() => setAgain(true)} run={actions.run} busy={actions.busy} />
      )}
      {it.status === 'done' && <Finished it={it} />}
      {it.status === 'interrupted' && (
        <Section>
          <Alert
            color="yellow"
            title={t('import.interrupted_title', { done: it.progress.done, of: it.progress.of })}
            icon={<CirclePause size={18} aria-hidden />}
          >
            <Text size="sm" mb="sm">
              {t('import.interrupted')}
            </Text>
            <Busy
              busy={actions.busy}
              size="compact-md"
              variant="default"
              onClick={() => actions.check(it.mapping)}
            >
              {t('import.check_again')}
            </Busy>
          </Alert>
        </Section>
      )}
      {it.status === 'failed' && (
        <div>
          <LinkButton to="/w/$ws/people/import" params={{ ws: workspace.slug }} variant="default">
            {t('import.other_file')}
          </LinkButton>
        </div>
      )}
    </>
  );
}
