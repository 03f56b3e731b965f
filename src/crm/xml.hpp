// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <libxml/tree.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pgtwin/base/expected.hpp"

namespace pgtwin::crm
{

struct XmlDelete
{
    void operator()(xmlDoc* document) const noexcept { xmlFreeDoc(document); }
};

/// Owner of a parsed document and its nodes.
using XmlDocument = std::unique_ptr<xmlDoc, XmlDelete>;

/// Parses text in memory; nothing is fetched, no entity is expanded. `what` names the text in the error (malformed).
[[nodiscard]] Expected<XmlDocument> parse_xml(std::string_view text, const std::string& what);

/// The root element if it has this name, else null.
[[nodiscard]] const xmlNode* root_of(const XmlDocument& document, std::string_view name);

/// Child elements of that name; none of a null element.
[[nodiscard]] std::vector<const xmlNode*> children(const xmlNode* element, std::string_view name);

/// First child element of that name, or null.
[[nodiscard]] const xmlNode* child(const xmlNode* element, std::string_view name);

/// Value of an attribute; empty if it is not there.
[[nodiscard]] std::string attribute(const xmlNode* element, const char* name);

[[nodiscard]] bool is_named(const xmlNode* node, std::string_view name);

/// A new element under `parent` with escaped attributes; libxml2 owns it.
xmlNode* add_element(xmlNode* parent, const char* name,
                     const std::vector<std::pair<const char*, std::string>>& attributes);

/// A new document with an empty root element.
[[nodiscard]] XmlDocument new_xml(const char* root);

/// The root element as text on one line, without a declaration.
[[nodiscard]] std::string xml_text(const XmlDocument& document);

} // namespace pgtwin::crm
