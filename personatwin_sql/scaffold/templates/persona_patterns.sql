{{ config(protection='derived') }}
-- Computed from released rows alone, so it agrees with them and tells nothing more.
{{ persona_patterns(ref('personas'), ref('persona_events')<< "" if has_outcome else ", outcome=none" >>) }}
