-- The limits, stated once more inside PostgreSQL (deployments/limits/rule.py is the same rule for explaining).
--
-- {schema} is filled in at installation; pg_temp comes last, so that no temporary table can stand in for a real one.
-- Every trigger is ENABLE ALWAYS: session_replication_role does not switch it off. A trigger is written exactly as
-- pg_get_triggerdef() prints it, and a function is compared by its body: guards.missing() sees a changed one.
-- Days outside 1900-2199 are refused, so that every day fits every reader. Deployments are counted to their last day;
-- "answerable" leaves out the days of an acknowledged late return; "live" counts tours to come or under way.

CREATE OR REPLACE FUNCTION portal_refuse(reason text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'portal: %', reason USING ERRCODE = 'check_violation';
END
$$;

-- The gate: one writer at a time, taken before the statement locks anything else.
CREATE OR REPLACE FUNCTION portal_enter_gate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
    touched integer;
BEGIN
    UPDATE deployments_gate SET revision = revision + 1 WHERE id = 1;
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched <> 1 THEN
        PERFORM portal_refuse('gate missing');
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION portal_never() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    PERFORM portal_refuse('never ' || lower(TG_OP) || ' ' || TG_TABLE_NAME);
    RETURN NULL;
END
$$;

-- The history of acts is only added to. The one exception is a purge: words about a person become 'erased', and nothing
-- else changes.
CREATE OR REPLACE FUNCTION portal_check_history() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.at, NEW.verb, NEW.content_type_id, NEW.object_id, NEW.from_state, NEW.to_state)
        IS DISTINCT FROM (OLD.id, OLD.at, OLD.verb, OLD.content_type_id, OLD.object_id, OLD.from_state, OLD.to_state)
        OR NEW.actor_id IS DISTINCT FROM OLD.actor_id
        OR NEW.label <> 'erased' OR NEW.search_text <> 'erased' OR NEW.reason <> '' OR NEW.detail <> '{}'::jsonb THEN
        PERFORM portal_refuse('never update core_historyentry');
    END IF;
    RETURN NULL;
END
$$;

-- Whether the account of an officer gave way to its pseudonym.
CREATE OR REPLACE FUNCTION portal_is_erased(officer bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM officers_officer o JOIN officers_user u ON u.id = o.user_id
        WHERE o.id = officer AND NOT u.is_active AND u.email = 'erased-' || u.id || '@erased.invalid'
    );
END
$$;

-- Notes, letters and nominations of the desk are only added to. The purge alone takes notes and letters, and empties what
-- was said in words of an answer, of somebody whose account is erased. Of a letter, the scanner writes what it found.
CREATE OR REPLACE FUNCTION portal_check_kept() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb;
    officer bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        after := to_jsonb(NEW);
        IF TG_TABLE_NAME = 'deployments_issuedletter' THEN
            before := before - 'scan_state' - 'scanned_at';
            after := after - 'scan_state' - 'scanned_at';
        END IF;
        IF after = before THEN
            RETURN NULL;
        END IF;
        IF TG_TABLE_NAME <> 'deployments_nominationanswer' OR after ->> 'reason' <> ''
            OR after - 'reason' <> before - 'reason' THEN
            PERFORM portal_refuse('never update ' || TG_TABLE_NAME);
        END IF;
    ELSIF TG_TABLE_NAME NOT IN ('deployments_note', 'deployments_issuedletter') THEN
        PERFORM portal_refuse('never delete ' || TG_TABLE_NAME);
    END IF;
    officer := coalesce(
        (before ->> 'officer_id')::bigint,
        (SELECT a.officer_id FROM deployments_application a WHERE a.id = (before ->> 'application_id')::bigint),
        (SELECT d.officer_id FROM deployments_deployment d WHERE d.id = (before ->> 'deployment_id')::bigint),
        (SELECT a.officer_id FROM deployments_nomination n JOIN deployments_application a ON a.id = n.application_id
            WHERE n.id = (before ->> 'nomination_id')::bigint)
    );
    IF NOT portal_is_erased(officer) THEN
        PERFORM portal_refuse('never ' || lower(TG_OP) || ' ' || TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END
$$;

-- The postings whose tours count at a level. The triggers that call this and what follows plan once a session (planning
-- took longer than running) and without workers: with a million tours, starting them took eight times as long as the
-- whole act. They also set the search path for all that they call.
CREATE OR REPLACE FUNCTION portal_postings(kind text, key bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF kind = 'posting' THEN
        RETURN ARRAY[key];
    ELSIF kind = 'mission' THEN
        RETURN ARRAY(SELECT id FROM deployments_posting WHERE mission_id = key AND counts_against = 'all');
    ELSIF kind = 'operation' THEN
        RETURN ARRAY(
            SELECT p.id FROM missions_mission m JOIN deployments_posting p ON p.mission_id = m.id
            WHERE m.operation_id = key AND p.counts_against = 'all'
        );
    END IF;
    RETURN ARRAY(
        SELECT p.id
        FROM missions_operation o
        JOIN missions_mission m ON m.operation_id = o.id
        JOIN deployments_posting p ON p.mission_id = m.id
        WHERE o.programme_id = key AND p.counts_against <> 'none'
    );
END
$$;

-- The most tours on one and the same day of an interval: changes by day, summed up over time. Days of a tour before
-- the records of its operation begin count nowhere.
CREATE OR REPLACE FUNCTION portal_peak(postings bigint[], since date, until date, counted text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        WITH early AS (
            SELECT p.id, o.records_from FROM missions_operation o
            JOIN missions_mission m ON m.operation_id = o.id
            JOIN deployments_posting p ON p.mission_id = m.id
            WHERE o.records_from > since
        ), tours AS (
            SELECT greatest(d.first_day, e.records_from, since) AS first_day,
                CASE WHEN counted = 'answerable' THEN coalesce(d.late_from - 1, d.last_day) ELSE d.last_day END AS last_day
            FROM deployments_deployment d LEFT JOIN early e ON e.id = d.posting_id
            WHERE d.posting_id = ANY (postings) AND d.last_day >= since AND d.first_day <= until AND d.state <> 'cancelled'
                AND (counted <> 'live' OR d.state IN ('reserved', 'preparation', 'in_mission'))
        ), counting AS (
            SELECT first_day, last_day FROM tours WHERE last_day >= first_day AND first_day <= until
        ), changes AS (
            SELECT first_day AS day, 1 AS change FROM counting
            UNION ALL
            SELECT last_day + 1, -1 FROM counting WHERE last_day < until
        )
        SELECT coalesce(max(committed), 0)
        FROM (SELECT sum(sum(change)) OVER (ORDER BY day) AS committed FROM changes GROUP BY day) AS days
    );
END
$$;

-- How many tours occupy any day of an interval: a bound of the peak that is quicker to have.
CREATE OR REPLACE FUNCTION portal_touching(postings bigint[], since date, until date) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT count(*) FROM deployments_deployment
        WHERE posting_id = ANY (postings) AND last_day >= since AND first_day <= until AND state <> 'cancelled'
    );
END
$$;

-- The number that a level has from its version in force on a day; NULL is no limit. An operation without one has 0.
CREATE OR REPLACE FUNCTION portal_number(kind text, key bigint, on_day date) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF kind = 'programme' THEN
        RETURN (SELECT maximum FROM missions_authorizedstrength
            WHERE programme_id = key AND withdrawn_at IS NULL AND effective_from <= on_day
            ORDER BY effective_from DESC LIMIT 1);
    ELSIF kind = 'operation' THEN
        RETURN coalesce((SELECT maximum FROM missions_authorizedstrength
            WHERE operation_id = key AND withdrawn_at IS NULL AND effective_from <= on_day
            ORDER BY effective_from DESC LIMIT 1), 0);
    END IF;
    RETURN (SELECT maximum FROM missions_authorizedstrength
        WHERE mission_id = key AND withdrawn_at IS NULL AND effective_from <= on_day
        ORDER BY effective_from DESC LIMIT 1);
END
$$;

-- The days after another one, on which a standing version of the level begins.
CREATE OR REPLACE FUNCTION portal_changes(kind text, key bigint, after_day date, until date) RETURNS SETOF date
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT effective_from FROM missions_authorizedstrength
        WHERE withdrawn_at IS NULL AND effective_from > after_day AND effective_from <= until AND (
            (kind = 'programme' AND programme_id = key) OR (kind = 'operation' AND operation_id = key)
            OR (kind = 'mission' AND mission_id = key))
        ORDER BY effective_from;
END
$$;

-- Refuses the days of an interval if more tours occupy one of them than the level's number in force on it.
CREATE OR REPLACE FUNCTION portal_check_level(kind text, key bigint, since date, until date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    begins date := since;
    following date;
    allowed integer;
    postings bigint[];
BEGIN
    FOR following IN
        SELECT * FROM portal_changes(kind, key, since, until) UNION ALL SELECT until + 1
    LOOP
        allowed := portal_number(kind, key, begins);
        -- Of a programme with many postings it is quicker to count everybody first, whatever the posting.
        IF allowed IS NOT NULL AND (kind <> 'programme' OR allowed < (
            SELECT count(*) FROM deployments_deployment WHERE last_day >= begins AND first_day < following
        )) THEN
            postings := coalesce(postings, portal_postings(kind, key));
            IF portal_touching(postings, begins, following - 1) > allowed
                AND portal_peak(postings, begins, following - 1, 'all') > allowed
            THEN
                PERFORM portal_refuse('exceeded ' || kind);
            END IF;
        END IF;
        begins := following;
    END LOOP;
END
$$;

-- Newly occupied days: every level above the posting has room, and no terms on them take nobody. Days before the
-- records of the operation begin are asked for nothing.
-- (A parameter keeps its name: PostgreSQL replaces no function that stands under another.)
CREATE OR REPLACE FUNCTION portal_check_days(posting bigint, since date, until date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    chain record;
BEGIN
    SELECT p.places, p.counts_against, p.mission_id, m.operation_id, o.programme_id, o.records_from INTO chain
    FROM deployments_posting p
    JOIN missions_mission m ON m.id = p.mission_id
    JOIN missions_operation o ON o.id = m.operation_id
    WHERE p.id = posting;
    since := greatest(since, chain.records_from);
    IF since > until THEN
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT status, effective_from, lead(effective_from) OVER (ORDER BY effective_from) AS following
            FROM missions_operationterms WHERE operation_id = chain.operation_id AND withdrawn_at IS NULL
        ) AS terms
        WHERE status <> 'active' AND effective_from <= until AND (following IS NULL OR following > since)
    ) THEN
        PERFORM portal_refuse('closed operation');
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT status, effective_from, lead(effective_from) OVER (ORDER BY effective_from) AS following
            FROM missions_missionterms WHERE mission_id = chain.mission_id AND withdrawn_at IS NULL
        ) AS terms
        WHERE status <> 'active' AND effective_from <= until AND (following IS NULL OR following > since)
    ) THEN
        PERFORM portal_refuse('closed mission');
    END IF;
    IF portal_touching(ARRAY[posting], since, until) > chain.places
        AND portal_peak(ARRAY[posting], since, until, 'all') > chain.places
    THEN
        PERFORM portal_refuse('exceeded posting');
    END IF;
    IF chain.counts_against = 'all' THEN
        PERFORM portal_check_level('mission', chain.mission_id, since, until);
        PERFORM portal_check_level('operation', chain.operation_id, since, until);
    END IF;
    IF chain.counts_against <> 'none' THEN
        PERFORM portal_check_level('programme', chain.programme_id, since, until);
    END IF;
END
$$;

-- Days that become firm are released by the officer's service, where it needs to, until the retirement. The first day
-- without a release is the first of all, or follows on the last day of one: only those are looked at. Days before the
-- records of the operation need none.
CREATE OR REPLACE FUNCTION portal_check_release(officer bigint, posting bigint, from_day date, until date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    service bigint;
    retired date;
    since date := greatest(from_day, (
        SELECT o.records_from FROM deployments_posting p
        JOIN missions_mission m ON m.id = p.mission_id
        JOIN missions_operation o ON o.id = m.operation_id
        WHERE p.id = posting));
BEGIN
    SELECT s.id, o.retired_on INTO service, retired
    FROM officers_officer o JOIN officers_policeservice s ON s.id = o.police_service_id
    WHERE o.id = officer AND s.needs_release;
    IF FOUND AND EXISTS (
        WITH held AS (
            SELECT first_day, last_day FROM deployments_release
            WHERE officer_id = officer AND withdrawn_at IS NULL AND police_service_id = service
                AND (posting_id IS NULL OR posting_id = posting)
        ), looked AS (
            SELECT since AS day UNION SELECT last_day + 1 FROM held
        )
        SELECT FROM looked WHERE day BETWEEN since AND least(until, retired - 1)
            AND NOT EXISTS (SELECT FROM held WHERE day BETWEEN first_day AND last_day)
    ) THEN
        PERFORM portal_refuse('not released');
    END IF;
END
$$;

-- Days that were firm before are not asked again. A tour that ended was firm on its days, and says so; one that was
-- recorded as over was not, and goes on as if it were new. Days that a correction adds to it are asked, but not those of a
-- late return as long as they are such, and none when it ends or is recorded as over.
CREATE OR REPLACE FUNCTION portal_check_firm() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    answerable date := coalesce(NEW.late_from - 1, NEW.last_day);
    firm_until date;
    firm boolean := NEW.state IN ('preparation', 'in_mission');
    was_firm boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        firm_until := coalesce(OLD.late_from - 1, OLD.last_day);
        was_firm := OLD.state IN ('preparation', 'in_mission')
            OR (OLD.was_firm AND OLD.state IN ('ended', 'reintegration', 'closed'));
    END IF;
    IF NEW.was_firm AND NOT was_firm AND NEW.state IN ('ended', 'reintegration', 'closed') THEN
        PERFORM portal_refuse('never firm');
    END IF;
    IF firm AND NOT was_firm THEN
        PERFORM portal_check_release(NEW.officer_id, NEW.posting_id, NEW.first_day, answerable);
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state IN ('reserved', 'cancelled') THEN
        RETURN NULL;
    END IF;
    IF NEW.state IN ('reserved', 'cancelled') OR (NOT firm AND OLD.state IN ('preparation', 'in_mission')) THEN
        RETURN NULL;
    END IF;
    IF NEW.first_day < OLD.first_day THEN
        PERFORM portal_check_release(
            NEW.officer_id, NEW.posting_id, NEW.first_day, least(OLD.first_day - 1, answerable));
    END IF;
    IF answerable > firm_until THEN
        PERFORM portal_check_release(
            NEW.officer_id, NEW.posting_id, greatest(firm_until + 1, NEW.first_day), answerable);
    END IF;
    RETURN NULL;
END
$$;

-- A release begins in force and may be withdrawn once; its officer, service, posting and days never change.
CREATE OR REPLACE FUNCTION portal_check_given() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    IF NEW.first_day < '1900-01-01' OR NEW.last_day > '2199-12-31' THEN
        PERFORM portal_refuse('day out of range');
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.id, NEW.officer_id, NEW.police_service_id, NEW.posting_id, NEW.first_day, NEW.last_day, NEW.given_at)
        IS DISTINCT FROM
        (OLD.id, OLD.officer_id, OLD.police_service_id, OLD.posting_id, OLD.first_day, OLD.last_day, OLD.given_at)
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
    ) THEN
        PERFORM portal_refuse('frozen release');
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION portal_check_tour() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    answerable date := coalesce(NEW.late_from - 1, NEW.last_day);
    answered date;
    taking text;
BEGIN
    IF NEW.first_day < '1900-01-01' OR NEW.last_day > '2199-12-31' THEN
        PERFORM portal_refuse('day out of range');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id OR NEW.posting_id <> OLD.posting_id OR NEW.officer_id <> OLD.officer_id THEN
            PERFORM portal_refuse('frozen deployment');
        END IF;
        answered := coalesce(OLD.late_from - 1, OLD.last_day);
    END IF;
    IF NEW.late_from <= coalesce(answered, 'infinity') THEN
        PERFORM portal_refuse('late before last day');
    END IF;
    SELECT p.status INTO taking FROM deployments_posting p
    JOIN missions_mission m ON m.id = p.mission_id
    JOIN missions_operation o ON o.id = m.operation_id
    JOIN missions_programme r ON r.id = o.programme_id
    WHERE p.id = NEW.posting_id;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM officers_officer WHERE id = NEW.officer_id) THEN
        PERFORM portal_refuse('missing chain');
    END IF;
    IF NEW.relieves_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.relieves_id IS DISTINCT FROM OLD.relieves_id)
        AND NOT EXISTS (
            SELECT FROM deployments_deployment
            WHERE id = NEW.relieves_id AND posting_id = NEW.posting_id AND state <> 'cancelled'
        )
    THEN
        PERFORM portal_refuse('bad predecessor');
    END IF;
    IF taking <> 'open' AND NEW.state IN ('reserved', 'preparation', 'in_mission')
        AND (TG_OP = 'INSERT' OR OLD.state = 'cancelled'
            OR (OLD.state IN ('ended', 'reintegration', 'closed') AND NOT OLD.was_firm))
    THEN
        PERFORM portal_refuse('closed posting');
    END IF;
    IF NEW.state = 'cancelled' THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.state = 'cancelled') THEN
        PERFORM portal_check_days(NEW.posting_id, NEW.first_day, answerable);
        RETURN NULL;
    END IF;
    -- A tour that was over goes on: it occupied its days, but places may have been lowered below those that are over.
    IF NEW.state IN ('reserved', 'preparation', 'in_mission') AND OLD.state IN ('ended', 'reintegration', 'closed')
        AND portal_peak(ARRAY[NEW.posting_id], NEW.first_day, answerable, 'live')
            > (SELECT places FROM deployments_posting WHERE id = NEW.posting_id)
    THEN
        PERFORM portal_refuse('exceeded posting');
    END IF;
    IF NEW.first_day < OLD.first_day THEN
        PERFORM portal_check_days(NEW.posting_id, NEW.first_day, least(OLD.first_day - 1, answerable));
    END IF;
    IF answerable > answered THEN
        PERFORM portal_check_days(NEW.posting_id, greatest(answered + 1, NEW.first_day), answerable);
    END IF;
    RETURN NULL;
END
$$;

-- No mission above its operation, no operation above its programme, on any day; one of the three keys is given. The days
-- looked at are those on which a number of either begins; each is found through an index.
CREATE OR REPLACE FUNCTION portal_check_parents(of_mission bigint, of_operation bigint, of_programme bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    child record;
BEGIN
    FOR child IN
        SELECT id, operation_id AS parent FROM missions_mission WHERE id = of_mission
        UNION ALL SELECT id, operation_id FROM missions_mission WHERE operation_id = of_operation
    LOOP
        IF EXISTS (
            SELECT FROM (
                SELECT effective_from FROM missions_authorizedstrength
                WHERE mission_id = child.id AND withdrawn_at IS NULL
                UNION SELECT effective_from FROM missions_authorizedstrength
                WHERE operation_id = child.parent AND withdrawn_at IS NULL
            ) AS v
            WHERE portal_number('mission', child.id, v.effective_from)
                > portal_number('operation', child.parent, v.effective_from)
        ) THEN
            PERFORM portal_refuse('above parent mission');
        END IF;
    END LOOP;
    FOR child IN
        SELECT id, programme_id AS parent FROM missions_operation WHERE id = of_operation
        UNION ALL SELECT id, programme_id FROM missions_operation WHERE programme_id = of_programme
    LOOP
        IF EXISTS (
            SELECT FROM (
                SELECT effective_from FROM missions_authorizedstrength
                WHERE operation_id = child.id AND withdrawn_at IS NULL
                UNION SELECT effective_from FROM missions_authorizedstrength
                WHERE programme_id = child.parent AND withdrawn_at IS NULL
            ) AS v
            WHERE portal_number('operation', child.id, v.effective_from)
                > portal_number('programme', child.parent, v.effective_from)
        ) THEN
            PERFORM portal_refuse('above parent operation');
        END IF;
    END LOOP;
END
$$;

-- A version begins standing, and may be withdrawn once; nothing else about it changes.
CREATE OR REPLACE FUNCTION portal_check_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
    withdrawal text[] := '{withdrawn_at,withdrawn_by_id,withdrawal_reason,withdrawal_acknowledged_peak}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.effective_from NOT BETWEEN '1900-01-01' AND '2199-12-31' THEN
            PERFORM portal_refuse('day out of range');
        END IF;
        IF NEW.withdrawn_at IS NOT NULL OR to_jsonb(NEW) ->> 'withdrawal_acknowledged_peak' IS NOT NULL THEN
            PERFORM portal_refuse('frozen version');
        END IF;
    ELSIF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
        OR to_jsonb(NEW) - withdrawal <> to_jsonb(OLD) - withdrawal
    THEN
        PERFORM portal_refuse('frozen version');
    END IF;
    RETURN NULL;
END
$$;

-- What a new or a withdrawn number leaves over strength must be acknowledged on that very row.
CREATE OR REPLACE FUNCTION portal_check_number() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    kind text := CASE WHEN NEW.mission_id IS NOT NULL THEN 'mission'
        WHEN NEW.operation_id IS NOT NULL THEN 'operation' ELSE 'programme' END;
    key bigint := coalesce(NEW.mission_id, NEW.operation_id, NEW.programme_id);
    allowed integer := portal_number(kind, key, NEW.effective_from);
    acknowledged integer := CASE TG_OP WHEN 'INSERT' THEN NEW.acknowledged_peak
        ELSE NEW.withdrawal_acknowledged_peak END;
    until date := coalesce(
        (SELECT min(day) - 1 FROM portal_changes(kind, key, NEW.effective_from, '2199-12-31') AS day), '2199-12-31');
    postings bigint[];
    accepted integer;
BEGIN
    -- The records of an operation begin with its first number, at the latest: an older number takes them with it.
    -- (Looked for first: a statement that changes nothing would take the gate once more, and a long list for each row.)
    IF TG_OP = 'INSERT' AND kind = 'operation' AND EXISTS (
        SELECT FROM missions_operation WHERE id = key AND records_from > NEW.effective_from
    ) THEN
        UPDATE missions_operation SET records_from = NEW.effective_from
        WHERE id = key AND records_from > NEW.effective_from;
    END IF;
    IF allowed IS NOT NULL THEN
        postings := portal_postings(kind, key);
        accepted := greatest(allowed, acknowledged);
        IF portal_touching(postings, NEW.effective_from, until) > accepted
            AND portal_peak(postings, NEW.effective_from, until, 'answerable') > accepted
        THEN
            PERFORM portal_refuse('not acknowledged ' || kind);
        END IF;
    END IF;
    PERFORM portal_check_parents(NEW.mission_id, NEW.operation_id, NEW.programme_id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION portal_check_posting() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.mission_id <> OLD.mission_id
        OR NEW.counts_against <> OLD.counts_against
    THEN
        IF EXISTS (SELECT FROM deployments_deployment WHERE posting_id = OLD.id) THEN
            PERFORM portal_refuse('frozen posting');
        END IF;
    ELSIF NEW.places < OLD.places
        AND portal_peak(ARRAY[NEW.id], '1900-01-01', '2199-12-31', 'live') > NEW.places
    THEN
        PERFORM portal_refuse('not acknowledged posting');
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION portal_check_mission() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id THEN
        IF EXISTS (SELECT FROM deployments_posting WHERE mission_id = OLD.id)
            OR EXISTS (SELECT FROM missions_authorizedstrength WHERE mission_id = OLD.id)
        THEN
            PERFORM portal_refuse('frozen mission');
        END IF;
    ELSIF NEW.operation_id <> OLD.operation_id THEN
        IF EXISTS (
            SELECT FROM deployments_posting p JOIN deployments_deployment d ON d.posting_id = p.id
            WHERE p.mission_id = OLD.id
        ) THEN
            PERFORM portal_refuse('frozen mission');
        END IF;
        PERFORM portal_check_parents(NEW.id, NULL, NULL);
    END IF;
    RETURN NULL;
END
$$;

-- The records of an operation begin no later than its first number, and once they do, only earlier. Days that they
-- reach newly have to meet the numbers in force on them, or what was acknowledged with these.
CREATE OR REPLACE FUNCTION portal_check_records(operation bigint, programme bigint, before date, after date)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mission bigint;
BEGIN
    IF after IS NULL OR after > coalesce(before, 'infinity') OR after < '1900-01-01' THEN
        PERFORM portal_refuse('records only earlier');
    END IF;
    IF EXISTS (
        SELECT FROM missions_authorizedstrength
        WHERE operation_id = operation AND withdrawn_at IS NULL AND effective_from < after
    ) THEN
        PERFORM portal_refuse('records after number');
    END IF;
    IF before IS NOT NULL THEN
        PERFORM portal_check_acknowledged('operation', operation, after, before - 1);
        PERFORM portal_check_acknowledged('programme', programme, after, before - 1);
        FOR mission IN SELECT id FROM missions_mission WHERE operation_id = operation LOOP
            PERFORM portal_check_acknowledged('mission', mission, after, before - 1);
        END LOOP;
    END IF;
END
$$;

-- As portal_check_level, but for what was acknowledged with a number.
CREATE OR REPLACE FUNCTION portal_check_acknowledged(kind text, key bigint, since date, until date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    begins date := since;
    following date;
    allowed integer;
    accepted integer;
    postings bigint[] := portal_postings(kind, key);
BEGIN
    FOR following IN
        SELECT * FROM portal_changes(kind, key, since, until) UNION ALL SELECT until + 1
    LOOP
        allowed := portal_number(kind, key, begins);
        SELECT acknowledged_peak INTO accepted FROM missions_authorizedstrength
        WHERE withdrawn_at IS NULL AND effective_from <= begins AND (
            (kind = 'programme' AND programme_id = key) OR (kind = 'operation' AND operation_id = key)
            OR (kind = 'mission' AND mission_id = key))
        ORDER BY effective_from DESC LIMIT 1;
        IF allowed IS NOT NULL AND portal_peak(postings, begins, following - 1, 'answerable')
            > greatest(allowed, accepted)
        THEN
            PERFORM portal_refuse('exceeded ' || kind);
        END IF;
        begins := following;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION portal_check_operation() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id THEN
        IF EXISTS (SELECT FROM missions_mission WHERE operation_id = OLD.id)
            OR EXISTS (SELECT FROM missions_authorizedstrength WHERE operation_id = OLD.id)
        THEN
            PERFORM portal_refuse('frozen operation');
        END IF;
    ELSIF NEW.programme_id <> OLD.programme_id THEN
        IF EXISTS (
            SELECT FROM missions_mission m
            JOIN deployments_posting p ON p.mission_id = m.id
            JOIN deployments_deployment d ON d.posting_id = p.id
            WHERE m.operation_id = OLD.id
        ) THEN
            PERFORM portal_refuse('frozen operation');
        END IF;
        PERFORM portal_check_parents(NULL, NEW.id, NULL);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.records_from IS DISTINCT FROM OLD.records_from THEN
        PERFORM portal_check_records(NEW.id, NEW.programme_id, OLD.records_from, NEW.records_from);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION portal_check_programme() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.id <> OLD.id) AND (
        EXISTS (SELECT FROM missions_operation WHERE programme_id = OLD.id)
        OR EXISTS (SELECT FROM missions_authorizedstrength WHERE programme_id = OLD.id)
    ) THEN
        PERFORM portal_refuse('frozen programme');
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER portal_gate BEFORE INSERT OR DELETE OR UPDATE ON deployments_deployment FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE DELETE OR UPDATE ON deployments_posting FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE INSERT OR DELETE OR UPDATE ON deployments_release FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE INSERT OR DELETE OR UPDATE ON missions_authorizedstrength FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE INSERT OR DELETE OR UPDATE ON missions_operationterms FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE INSERT OR DELETE OR UPDATE ON missions_missionterms FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE DELETE OR UPDATE OF id, operation_id ON missions_mission FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE DELETE OR UPDATE OF id, programme_id, records_from ON missions_operation FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();
CREATE OR REPLACE TRIGGER portal_gate BEFORE DELETE OR UPDATE OF id ON missions_programme FOR EACH STATEMENT EXECUTE FUNCTION portal_enter_gate();

CREATE OR REPLACE TRIGGER portal_tour AFTER INSERT OR UPDATE ON deployments_deployment FOR EACH ROW EXECUTE FUNCTION portal_check_tour();
CREATE OR REPLACE TRIGGER portal_firm AFTER INSERT OR UPDATE ON deployments_deployment FOR EACH ROW EXECUTE FUNCTION portal_check_firm();
CREATE OR REPLACE TRIGGER portal_given AFTER INSERT OR UPDATE ON deployments_release FOR EACH ROW EXECUTE FUNCTION portal_check_given();
CREATE OR REPLACE TRIGGER portal_posting AFTER DELETE OR UPDATE ON deployments_posting FOR EACH ROW EXECUTE FUNCTION portal_check_posting();
CREATE OR REPLACE TRIGGER portal_version AFTER INSERT OR UPDATE ON missions_authorizedstrength FOR EACH ROW EXECUTE FUNCTION portal_check_version();
CREATE OR REPLACE TRIGGER portal_version AFTER INSERT OR UPDATE ON missions_operationterms FOR EACH ROW EXECUTE FUNCTION portal_check_version();
CREATE OR REPLACE TRIGGER portal_version AFTER INSERT OR UPDATE ON missions_missionterms FOR EACH ROW EXECUTE FUNCTION portal_check_version();
CREATE OR REPLACE TRIGGER portal_version_number AFTER INSERT OR UPDATE ON missions_authorizedstrength FOR EACH ROW EXECUTE FUNCTION portal_check_number();
CREATE OR REPLACE TRIGGER portal_mission AFTER DELETE OR UPDATE ON missions_mission FOR EACH ROW EXECUTE FUNCTION portal_check_mission();
CREATE OR REPLACE TRIGGER portal_operation AFTER DELETE OR UPDATE ON missions_operation FOR EACH ROW EXECUTE FUNCTION portal_check_operation();
CREATE OR REPLACE TRIGGER portal_programme AFTER DELETE OR UPDATE ON missions_programme FOR EACH ROW EXECUTE FUNCTION portal_check_programme();

CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON deployments_deployment FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON deployments_release FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON missions_authorizedstrength FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON missions_operationterms FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON missions_missionterms FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON deployments_gate FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE ON core_historyentry FOR EACH ROW EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_history AFTER UPDATE ON core_historyentry FOR EACH ROW EXECUTE FUNCTION portal_check_history();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE OR UPDATE ON deployments_note FOR EACH ROW EXECUTE FUNCTION portal_check_kept();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE OR UPDATE ON deployments_issuedletter FOR EACH ROW EXECUTE FUNCTION portal_check_kept();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE OR UPDATE ON deployments_nomination FOR EACH ROW EXECUTE FUNCTION portal_check_kept();
CREATE OR REPLACE TRIGGER portal_kept AFTER DELETE OR UPDATE ON deployments_nominationanswer FOR EACH ROW EXECUTE FUNCTION portal_check_kept();

CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_deployment FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_release FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_posting FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON missions_authorizedstrength FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON missions_operationterms FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON missions_missionterms FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_gate FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON core_historyentry FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_note FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_issuedletter FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_nomination FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
CREATE OR REPLACE TRIGGER portal_truncate BEFORE TRUNCATE ON deployments_nominationanswer FOR EACH STATEMENT EXECUTE FUNCTION portal_never();
