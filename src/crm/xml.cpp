// SPDX-License-Identifier: GPL-2.0-or-later
#include "xml.hpp"

#include <libxml/parser.h>

#include <climits>

namespace pgtwin::crm
{
namespace
{

const xmlChar* to_xml(const char* text)
{
    return reinterpret_cast<const xmlChar*>(text); // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): libxml2
}

const char* from_xml(const xmlChar* text)
{
    return reinterpret_cast<const char*>(text); // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): libxml2
}

} // namespace

Expected<XmlDocument> parse_xml(std::string_view text, const std::string& what)
{
    if (text.size() > INT_MAX)
        return Error{ErrorKind::malformed, what + " is too large"};
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    XmlDocument document{xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr, options)};
    if (!document)
        return Error{ErrorKind::malformed, what + " is not well-formed XML"};
    return document;
}

bool is_named(const xmlNode* node, std::string_view name)
{
    return node->type == XML_ELEMENT_NODE && name == from_xml(node->name);
}

const xmlNode* root_of(const XmlDocument& document, std::string_view name)
{
    const xmlNode* const root = xmlDocGetRootElement(document.get());
    return root != nullptr && is_named(root, name) ? root : nullptr;
}

std::vector<const xmlNode*> children(const xmlNode* element, std::string_view name)
{
    std::vector<const xmlNode*> found;
    const xmlNode* node = element == nullptr ? nullptr : element->children;
    for (; node != nullptr; node = node->next)
        if (is_named(node, name))
            found.push_back(node);
    return found;
}

const xmlNode* child(const xmlNode* element, std::string_view name)
{
    const xmlNode* node = element == nullptr ? nullptr : element->children;
    while (node != nullptr && !is_named(node, name))
        node = node->next;
    return node;
}

std::string attribute(const xmlNode* element, const char* name)
{
    xmlChar* const value = element == nullptr ? nullptr : xmlGetProp(element, to_xml(name));
    if (value == nullptr)
        return {};
    std::string text = from_xml(value);
    xmlFree(value);
    return text;
}

xmlNode* add_element(xmlNode* parent, const char* name,
                     const std::vector<std::pair<const char*, std::string>>& attributes)
{
    xmlNode* const element = xmlNewChild(parent, nullptr, to_xml(name), nullptr);
    for (const auto& [key, value] : attributes)
        xmlNewProp(element, to_xml(key), to_xml(value.c_str()));
    return element;
}

XmlDocument new_xml(const char* root)
{
    XmlDocument document{xmlNewDoc(to_xml("1.0"))};
    xmlDocSetRootElement(document.get(), xmlNewNode(nullptr, to_xml(root)));
    return document;
}

std::string xml_text(const XmlDocument& document)
{
    xmlBuffer* const buffer = xmlBufferCreate();
    xmlNodeDump(buffer, document.get(), xmlDocGetRootElement(document.get()), 0, 0);
    std::string text = from_xml(xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

} // namespace pgtwin::crm
