"""The memo: two pages that a finance committee reads, of which the report is the appendix.

content     what it says, in sections of the report's own parts
pdf, docx   the same on paper, and for who has to change a word
"""
