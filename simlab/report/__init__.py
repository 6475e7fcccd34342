"""The answer on paper: a web page, a PDF, and an Excel workbook."""

from simlab.report.html import write_report
from simlab.report.pdf import write_pdf
from simlab.report.workbook import write_workbook

__all__ = ["write_pdf", "write_report", "write_workbook"]
