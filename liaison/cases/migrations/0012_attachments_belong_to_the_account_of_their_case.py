"""Files that delegates and staff had attached lay in their own accounts' room (issue 7).

Those of internal notes stay there: what is left of its room would tell an account of notes (W8). Code of before goes on
beside it: it asks nowhere whose room an attachment takes up.
"""

from __future__ import annotations

from django.db import migrations

_MOVE = """
UPDATE files_storedfile AS file SET account_id = filed.account_id
FROM cases_attachment AS attachment JOIN cases_case AS filed ON filed.id = attachment.case_id
WHERE attachment.file_id = file.id AND attachment.note_id IS NULL AND file.account_id <> filed.account_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_lists_of_many_customers_from_one_index"),
        ("files", "0002_pieces_of_uploads"),
    ]

    operations = [migrations.RunSQL(_MOVE, migrations.RunSQL.noop)]
