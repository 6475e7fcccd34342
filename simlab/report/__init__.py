"""The answer on paper: a web page, a PDF, an Excel workbook, and a dozen lines for the terminal."""

from simlab.report.html import write_report
from simlab.report.pdf import write_pdf
from simlab.report.screen import screen_summary
from simlab.report.workbook import write_workbook

__all__ = ["screen_summary", "write_pdf", "write_report", "write_workbook"]
