"""Writes a seeded CRM folder of latent people, and the truth.json that says what a persona must and must not hold.

The folder is the product's import format; truth.json has the shape the scorers of tests/evals read.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.evals.bench.latent import Latent, draw_people, load_bank
from tests.evals.bench.mails import REP, Correspondence, forbidden
from tests.evals.people import NOW

COLUMNS: Final = {
    "contacts": "external_id,name,email,title,company,company_domain,industry,company_size,owner_email,time_zone,"
    "do_not_profile,created_at",
    "emails": "external_id,contact_id,thread_id,in_reply_to,direction,sent_at,subject,body,cc,owner_email,tracked",
    "email_events": "external_id,email_id,type,occurred_at,url,user_agent,ip",
    "activities": "external_id,contact_id,type,subject,body,occurred_at,duration_minutes,status,initiated_by,"
    "owner_email",
    "deals": "external_id,contact_id,name,amount,currency,stage,outcome,created_at,closed_at,owner_email",
    "deal_stages": "deal_id,stage,position,entered_at",
    "comments": "external_id,contact_id,deal_id,author_email,created_at,body",
    "files": "external_id,contact_id,email_id,direction,name,mime,size_bytes,shared_at,opened_at",
}


def generate(folder: Path, *, people: int, seed: int) -> dict[str, Any]:
    """Writes the folder with its truth.json and returns the truth. The same arguments, the same bytes."""
    rng = np.random.default_rng(seed)
    drawn = draw_people(rng, people)
    rows: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    truths = []
    for person in drawn:
        letters = Correspondence(person, load_bank(person.language), rng)
        letters.write()
        for name, made in letters.rows.items():
            rows[name] += made
        rows["contacts"].append(_contact(person))
        rows["deals"].append(_deal(person, rng))
        truths.append(letters.truth())
    rows["contacts"].append(_unprofiled())
    _forbid_each_other(drawn, truths)
    truth = {
        "part": "SalesPersonaBench",
        "seed": seed,
        "now": NOW.isoformat(),
        "style_keywords": {},
        "contacts": truths,
    }
    write_rows(folder, rows)
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return truth


def write_rows(folder: Path, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """Writes one CSV a kind of row, with the columns of the import format."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split(","), restval="")
            writer.writeheader()
            writer.writerows(rows.get(name, ()))


def _contact(person: Latent) -> dict[str, object]:
    domain = f"{person.company.lower().replace(' ', '-')}.example"
    return {
        "external_id": person.contact_id,
        "name": person.name,
        "email": f"{person.contact_id}@{domain}",
        "title": person.title,
        "company": person.company,
        "company_domain": domain,
        "industry": "Manufacturing",
        "company_size": 120,
        "owner_email": REP,
        "time_zone": person.zone,
        "do_not_profile": "false",
        "created_at": (NOW - timedelta(days=400)).isoformat(),
    }


def _unprofiled() -> dict[str, object]:
    return {"external_id": "b-never", "name": "Nora Private", "company": "Private Ltd", "do_not_profile": "true"}


def _deal(person: Latent, rng: np.random.Generator) -> dict[str, object]:
    created = NOW - timedelta(days=float(rng.uniform(60, 350)))
    return {
        "external_id": f"{person.contact_id}-d1",
        "contact_id": person.contact_id,
        "name": f"{person.company} order desk",
        "stage": "Offer",
        "outcome": "open",
        "created_at": created.isoformat(),
        "owner_email": REP,
    }


def _forbid_each_other(people: Sequence[Latent], truths: Sequence[dict[str, Any]]) -> None:
    """Two people of one name: what one said is forbidden to the other."""
    for one, truth in zip(people, truths, strict=True):
        for other in people:
            if other is not one and other.name == one.name and other.says:
                words = {words for said in one.says.values() for _, words in said}
                for statement, utterance in other.says["pain_points"]:
                    if utterance not in words:
                        truth["forbidden"].append(forbidden("same_name", statement, utterance))
