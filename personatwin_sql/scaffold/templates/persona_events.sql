{{ config(protection='persona_events', personas=ref('personas')) }}
<% if project.advice.event_places %>
-- A place may be selected too, << project.advice.event_places | join(" or ") >>: then more events are counted above their persona.
<% endif %>
SELECT
<< event_columns | columns >>
FROM {{ ref('stg_events') }}
